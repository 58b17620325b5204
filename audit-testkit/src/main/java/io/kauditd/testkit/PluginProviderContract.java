// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.spi.AuditQueueProvider;
import io.kauditd.spi.ErrorPolicyProvider;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.TransportProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The rules G1 to G5 of {@code docs/spi-rules.md}, for the provider of a plug-in of any kind.
 *
 * @since 0.1.0
 */
public abstract class PluginProviderContract extends Contract {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9.-]*");

  /** For subclasses. */
  protected PluginProviderContract() {}

  /** Makes the provider, as ServiceLoader does. */
  protected abstract PluginProvider newProvider();

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
    provider
        .argument()
        .ifPresent(argument ->
            assertThat(keys)
                .as(Rule.G4.when("the argument '%s' is not among the options", argument.key()))
                .contains(argument.key()));
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
}
