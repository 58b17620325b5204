// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.AuditQueueProvider;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.ErrorPolicyProvider;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * The available plug-ins: those on the class path and module path, and those in plug-in
 * directories.
 *
 * <p>A plug-in is picked by the id of its provider. If the id is unknown, two plug-ins share it, or
 * the plug-in does not fit, picking it causes a {@link PluginException} whose message lists the
 * available ones. A broken plug-in that is not picked does no harm: it is listed in {@link
 * #failures}, and a warning is logged.
 *
 * <p>Immutable. Closing it closes the class loaders of the plug-in directories. Close engines that
 * use their plug-ins first.
 *
 * @since 0.1.0
 */
public final class Plugins implements AutoCloseable {
  private final List<PluginEntry> found;
  private final List<PluginFailure> failures;
  private final List<PluginClassLoader> loaders;

  Plugins(List<PluginEntry> found, List<PluginFailure> failures, List<PluginClassLoader> loaders) {
    this.found =
        found.stream()
            .sorted(
                Comparator.comparing(PluginEntry::kind)
                    .thenComparing(PluginEntry::id)
                    .thenComparing(PluginEntry::origin))
            .toList();
    this.failures = List.copyOf(failures);
    this.loaders = List.copyOf(loaders);
  }

  /** Loads the plug-ins on the class path and the module path. */
  public static Plugins load() {
    return builder().load();
  }

  /** Loads the plug-ins on the class path and the module path, and those in a plug-in directory. */
  public static Plugins load(Path directory) {
    return builder().directory(directory).load();
  }

  /** Sets where to look. */
  public static PluginsBuilder builder() {
    return new PluginsBuilder(
        failure -> LoggerFactory.getLogger(Plugins.class).warn("plug-in not loaded: {}", failure));
  }

  /** The plug-ins that can be used, by kind and id. */
  public List<PluginEntry> found() {
    return found;
  }

  /** The plug-ins of a kind that can be used, by id. */
  public List<PluginEntry> found(PluginKind kind) {
    return found.stream().filter(entry -> entry.kind() == kind).toList();
  }

  /** The plug-ins that could not be loaded. */
  public List<PluginFailure> failures() {
    return failures;
  }

  /**
   * The plug-in of an id.
   *
   * @throws PluginException if there is none, or more than one, or it does not fit
   */
  public PluginEntry find(PluginKind kind, String id) {
    List<PluginEntry> matching =
        found.stream().filter(entry -> entry.kind() == kind && entry.id().equals(id)).toList();
    return switch (matching.size()) {
      case 0 -> throw new PluginException(unknown(kind, id), null);
      case 1 -> matching.get(0);
      default -> throw new PluginException(duplicate(kind, id, matching), null);
    };
  }

  /**
   * Makes a new transport with each call. Give it to one engine, which closes it.
   *
   * <p><b>Blocking</b>: none if the plug-in keeps its rules; only a queue is opened.
   *
   * @param id the id without an argument: {@code file}, and not {@code file:out.log}
   * @param options the options as a user writes them; the plug-in must know each
   * @throws PluginException as {@link #find}, or if an option is wrong, or the plug-in threw
   */
  public Transport newTransport(String id, Map<String, String> options) {
    PluginEntry entry = find(PluginKind.TRANSPORT, id);
    var provider = (TransportProvider) entry.provider();
    Transport transport = make(entry, options, provider::create);
    return provider.getClass().getClassLoader() instanceof PluginClassLoader own
        ? new PluginTransport(transport, own)
        : transport;
  }

  /** Makes an error policy; otherwise as {@link #newTransport}. */
  public ErrorPolicy newPolicy(String id, Map<String, String> options) {
    PluginEntry entry = find(PluginKind.POLICY, id);
    return make(entry, options, ((ErrorPolicyProvider) entry.provider())::create);
  }

  /** Makes a record source; otherwise as {@link #newTransport}. */
  public RecordSource newSource(String id, Map<String, String> options) {
    PluginEntry entry = find(PluginKind.SOURCE, id);
    return make(entry, options, ((RecordSourceProvider) entry.provider())::create);
  }

  /** Makes and opens the queue for a role; otherwise as {@link #newTransport}. */
  public AuditQueue newQueue(String id, QueueRole role, Map<String, String> options) {
    PluginEntry entry = find(PluginKind.QUEUE, id);
    return make(
        entry, options, config -> ((AuditQueueProvider) entry.provider()).create(role, config));
  }

  /**
   * The reasons why {@link #newQueue} would fail, one sentence each, without opening anything; see
   * {@link AuditQueueProvider#check}. Wrong options cause the same exception as there.
   */
  public List<String> checkQueue(String id, QueueRole role, Map<String, String> options) {
    PluginEntry entry = find(PluginKind.QUEUE, id);
    return make(
        entry, options, config -> ((AuditQueueProvider) entry.provider()).check(role, config));
  }

  private <T> T make(PluginEntry entry, Map<String, String> options, Creation<T> creation) {
    PluginConfig config;
    try {
      config = PluginConfig.of(entry.options(), options);
    } catch (PluginConfigException e) {
      throw new PluginException(entry + ": " + e.getMessage(), e);
    }
    ClassLoader loader = entry.provider().getClass().getClassLoader();
    return PluginTransport.within(
        loader instanceof PluginClassLoader
            ? loader
            : Thread.currentThread().getContextClassLoader(),
        () -> create(entry, config, creation));
  }

  private static <T> T create(PluginEntry entry, PluginConfig config, Creation<T> creation) {
    T made;
    try {
      made = creation.create(config);
    } catch (PluginConfigException e) {
      throw new PluginException(entry + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new PluginException(entry + " cannot be opened: " + PluginFaults.named(e), e);
    } catch (Throwable e) { // plug-in code
      PluginFaults.rethrowFatal(e);
      throw new PluginException(
          entry + " from " + entry.origin() + " cannot be made: " + PluginFaults.describe(e), e);
    }
    if (made == null) {
      throw new PluginException(
          entry + " from " + entry.origin() + " cannot be made: create() returned null", null);
    }
    return made;
  }

  private String unknown(PluginKind kind, String id) {
    for (PluginFailure failure : failures) {
      if (failure.kind() == kind && id.equals(failure.id())) {
        return kind.word() + " '" + id + "' cannot be used: " + failure + "; " + whatThereIs(kind);
      }
    }
    var message = new StringBuilder("there is no ").append(kind.word());
    message.append(" '").append(id).append("'; ");
    argumentIn(kind, id).ifPresent(message::append);
    message.append(whatThereIs(kind));
    kind.artifactOf(id)
        .ifPresent(artifact -> message.append("; add the artifact ").append(artifact));
    List<PluginFailure> suspects =
        failures.stream()
            .filter(f -> f.id() == null && (f.kind() == null || f.kind() == kind))
            .toList();
    if (!suspects.isEmpty()) {
      message.append("; it may be one of those that could not be loaded: ");
      message.append(
          suspects.stream().map(PluginFailure::toString).collect(Collectors.joining("; ")));
    }
    return message.toString();
  }

  /** Says so if the id has an argument behind it, as it has on the command line. */
  private Optional<String> argumentIn(PluginKind kind, String id) {
    int colon = id.indexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    return found(kind).stream()
        .filter(entry -> entry.id().equals(id.substring(0, colon)))
        .map(PluginEntry::argument)
        .flatMap(Stream::ofNullable)
        .map(argument -> argument.key())
        .findFirst()
        .map(key ->
            "what stands behind the colon is the option '" + key + "' and goes into the options; ");
  }

  private static String duplicate(PluginKind kind, String id, List<PluginEntry> matching) {
    return "there are "
        + matching.size()
        + " plug-ins for "
        + kind.word()
        + " '"
        + id
        + "', in "
        + matching.stream().map(PluginEntry::origin).collect(Collectors.joining(" and in "))
        + "; remove all but one";
  }

  private String whatThereIs(PluginKind kind) {
    String ids =
        found(kind).stream().map(PluginEntry::id).distinct().collect(Collectors.joining(", "));
    return ids.isEmpty() ? "there is none at all" : "there is " + ids;
  }

  @Override
  public void close() {
    for (PluginClassLoader loader : loaders) {
      try {
        loader.close();
      } catch (IOException e) {
        LoggerFactory.getLogger(Plugins.class).warn("{} cannot be closed", loader.getName(), e);
      }
    }
  }

  /** What a provider's {@code create} does. */
  private interface Creation<T> {
    T create(PluginConfig config) throws IOException;
  }
}
