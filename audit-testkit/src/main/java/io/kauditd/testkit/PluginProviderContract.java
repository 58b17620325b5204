// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.AuditQueueProvider;
import io.kauditd.spi.ErrorPolicyProvider;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.TransportProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The rules G1 to G6 of {@code docs/reference/spi-rules.md}, for the provider of a plug-in of any
 * kind.
 *
 * @since 0.1.0
 */
public abstract class PluginProviderContract extends Contract {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9.-]*");

  /** For subclasses. */
  protected PluginProviderContract() {}

  /** Makes the provider, as ServiceLoader does. */
  protected abstract PluginProvider newProvider();

  /**
   * Options that the plug-in can be made with, as a user writes them; at least the required ones. A
   * queue is opened when it is made, so its options name a place where a test may open it.
   */
  protected Map<String, String> someOptions() {
    return Map.of();
  }

  @Test
  void g1_theIdIsWellFormed() {
    checks(Rule.G1);
    assertThat(newProvider().id()).as(Rule.G1.when("id()")).isNotNull().matches(ID);
  }

  @Test
  void g2_theSpiVersionIsTheOneItWasCompiledAgainst() {
    checks(Rule.G2);
    assertThat(newProvider().spiVersion())
        .as(Rule.G2.when("spiVersion()"))
        .isEqualTo(SpiVersion.CURRENT);
  }

  @Test
  void g3_theDescriptionIsOneLine() {
    checks(Rule.G3);
    assertThat(newProvider().description())
        .as(Rule.G3.when("description()"))
        .isNotBlank()
        .doesNotContain("\n")
        .doesNotEndWith(".");
  }

  @Test
  void g4_theOptionsAreWellFormed() {
    checks(Rule.G4);
    PluginProvider provider = newProvider();
    List<PluginOption<?>> options = provider.options();
    var keys = new HashSet<String>();
    for (PluginOption<?> option : options) {
      assertThat(keys.add(option.key()))
          .as(Rule.G4.when("the key '%s' is there twice", option.key()))
          .isTrue();
      assertThat(option.description())
          .as(Rule.G4.when("the description of option '%s'", option.key()))
          .isNotBlank();
    }
    PluginOption<?> argument = provider.argument();
    if (argument != null) {
      assertThat(keys)
          .as(Rule.G4.when("the argument '%s' is not among the options", argument.key()))
          .contains(argument.key());
    }
  }

  @Test
  void g5_serviceLoaderFindsTheProvider() {
    checks(Rule.G5);
    Class<?> type = newProvider().getClass();
    var found = new ArrayList<Class<?>>();
    for (Class<? extends PluginProvider> service : services(newProvider())) {
      found.addAll(find(service, type));
    }
    assertThat(found)
        .as(Rule.G5.when("ServiceLoader was asked for the providers of its kind"))
        .contains(type);
  }

  private static List<Class<? extends PluginProvider>> services(PluginProvider provider) {
    var services = new ArrayList<Class<? extends PluginProvider>>();
    for (Class<? extends PluginProvider> service :
        List.of(
            AuditQueueProvider.class,
            TransportProvider.class,
            ErrorPolicyProvider.class,
            RecordSourceProvider.class)) {
      if (service.isInstance(provider)) {
        services.add(service);
      }
    }
    assertThat(services).as(Rule.G5.when("it implements none of the provider types")).isNotEmpty();
    return services;
  }

  private static List<Class<?>> find(Class<? extends PluginProvider> service, Class<?> wanted) {
    var found = new ArrayList<Class<?>>();
    try {
      ServiceLoader.load(service, wanted.getClassLoader()).stream()
          .forEach(provider -> found.add(provider.type()));
    } catch (ServiceConfigurationError e) {
      if (!found.contains(wanted)) {
        throw new AssertionError(Rule.G5.when("ServiceLoader says: %s", e.getMessage()), e);
      }
    }
    return found;
  }

  @Test
  void g6_createMakesThePlugin() throws IOException {
    checks(Rule.G6);
    PluginProvider provider = newProvider();
    Map<String, String> some = someOptions();
    var required = new TreeMap<>(some);
    for (PluginOption<?> option : provider.options()) {
      needs(!option.isRequired() || some.containsKey(option.key()), Rule.G6, "someOptions()");
      if (!option.isRequired()) {
        required.remove(option.key());
      }
    }
    if (provider instanceof AuditQueueProvider queues) {
      needs(!some.isEmpty() || provider.options().isEmpty(), Rule.G6, "someOptions()");
      createAndClose(queues, some);
    } else {
      create(provider, required);
      create(provider, some);
    }
  }

  private static void createAndClose(AuditQueueProvider queues, Map<String, String> written)
      throws IOException {
    for (QueueRole role : QueueRole.values()) {
      PluginConfig config = config(queues, written);
      AuditQueue queue;
      try {
        queue = queues.create(role, config);
      } catch (RuntimeException e) {
        throw new AssertionError(
            Rule.G6.when("create threw %s, with role %s and options %s", e, role, written), e);
      }
      assertThat(queue).as(Rule.G6.when("role %s and options %s", role, written)).isNotNull();
      queue.close();
    }
  }

  private static void create(PluginProvider provider, Map<String, String> written) {
    PluginConfig config = config(provider, written);
    Object made;
    try {
      made =
          switch (provider) {
            case TransportProvider transports -> transports.create(config);
            case ErrorPolicyProvider policies -> policies.create(config);
            case RecordSourceProvider sources -> sources.create(config);
            default -> throw new IllegalStateException("which is no provider that the SPI knows");
          };
    } catch (RuntimeException e) {
      throw new AssertionError(Rule.G6.when("create threw %s, with options %s", e, written), e);
    }
    assertThat(made).as(Rule.G6.when("create, with options %s", written)).isNotNull();
  }

  private static PluginConfig config(PluginProvider provider, Map<String, String> written) {
    try {
      return PluginConfig.of(provider.options(), written);
    } catch (PluginConfigException e) {
      throw new AssertionError(Rule.G6.when("someOptions() has %s: %s", written, e), e);
    }
  }
}
