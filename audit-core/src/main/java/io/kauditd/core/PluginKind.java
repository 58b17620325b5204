// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.AuditQueueProvider;
import io.kauditd.spi.ErrorPolicyProvider;
import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.TransportProvider;
import java.util.Map;
import java.util.Optional;

/**
 * The four kinds of plug-in. An id is unique among the plug-ins of its kind.
 *
 * @since 0.1.0
 */
public enum PluginKind {
  /** Sends records to the daemon. */
  TRANSPORT("transport", TransportProvider.class),
  /** A main, retry or hold queue. */
  QUEUE("queue", AuditQueueProvider.class),
  /** Decides where a record goes if it could not be sent. */
  POLICY("policy", ErrorPolicyProvider.class),
  /** Reads records. */
  SOURCE("source", RecordSourceProvider.class);

  private static final Map<String, String> ARTIFACTS =
      Map.ofEntries(
          Map.entry("transport file", "io.kauditd:audit-transport-file"),
          Map.entry("transport netlink", "io.kauditd:audit-transport-netlink"),
          Map.entry("transport kafka", "io.kauditd:audit-transport-kafka"),
          Map.entry("source kafka", "io.kauditd:audit-transport-kafka"),
          Map.entry("transport relp", "io.kauditd:audit-transport-syslog"),
          Map.entry("transport syslog", "io.kauditd:audit-transport-syslog"),
          Map.entry("transport auditd", "io.kauditd:audit-transport-auditd"),
          Map.entry("source auditd", "io.kauditd:audit-transport-auditd"),
          Map.entry("source kernel", "io.kauditd:audit-transport-netlink"),
          Map.entry("source netlink", "io.kauditd:audit-transport-netlink"),
          Map.entry("source stdin", "io.kauditd:audit-sources"),
          Map.entry("source file", "io.kauditd:audit-sources"),
          Map.entry("source unix", "io.kauditd:audit-sources"),
          Map.entry("source generate", "io.kauditd:audit-sources"),
          Map.entry("queue spool", "io.kauditd:audit-queue-spool"));

  private final String word;
  private final Class<? extends PluginProvider> providerType;

  PluginKind(String word, Class<? extends PluginProvider> providerType) {
    this.word = word;
    this.providerType = providerType;
  }

  /** The kind in one word, for messages: {@code transport}. */
  public String word() {
    return word;
  }

  /** The provider interface that {@link java.util.ServiceLoader} looks for. */
  public Class<? extends PluginProvider> providerType() {
    return providerType;
  }

  /** The artifact of this project that has the plug-in, if one has. */
  Optional<String> artifactOf(String id) {
    return Optional.ofNullable(ARTIFACTS.get(word + " " + id));
  }

  /** The file in a jar that lists the providers of this kind. */
  String servicesFile() {
    return "META-INF/services/" + providerType.getName();
  }
}
