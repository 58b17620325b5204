// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import io.kauditd.api.FailureMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code kauditd.*} of an application. IDEs show these descriptions.
 *
 * @param enabled Whether the audit events of the application go through the audit queues.
 * @param transport The destination of the records, as ID or ID:ARGUMENT, such as
 *     file:/var/log/app/audit.log.
 * @param policy What happens to a record that cannot be sent: mainline, ordered, rfc or v5.16.
 * @param queue The hold queue: memory, or spool:DIRECTORY, which keeps records when the program
 *     ends.
 * @param mainQueue The main queue, which takes the logged records; values as for the hold queue.
 * @param retryQueue The retry queue, of records to be sent again; values as for the hold queue.
 * @param backlogLimit Maximum number of records in each queue; 0 for no limit.
 * @param backlogWaitTime Maximum time that a logging thread waits for room.
 * @param rateLimit Maximum number of records a second; 0 for no limit.
 * @param failureMode What happens when a record is lost: nothing, a line in the log, or an error in
 *     the log.
 * @param auditDefault Whether records are held while no daemon is connected.
 * @param closeDeadline Maximum time for delivering the waiting records when the application ends.
 * @param options Options of the transport, the policy and the queues, such as max-size. If several
 *     parts have the same option, put the part in front: transport.max-size.
 * @param events How the application's audit events become records.
 */
@ConfigurationProperties("kauditd")
record KauditdProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String transport,
    @Nullable String policy,
    @Nullable String queue,
    @Nullable String mainQueue,
    @Nullable String retryQueue,
    @Nullable Integer backlogLimit,
    @Nullable Duration backlogWaitTime,
    @Nullable Integer rateLimit,
    @Nullable FailureMode failureMode,
    @Nullable Boolean auditDefault,
    @Nullable Duration closeDeadline,
    @DefaultValue Map<String, String> options,
    @DefaultValue Events events) {

  /**
   * What becomes of the application's audit events.
   *
   * @param types The record type of an event type, such as ORDER_CANCELLED=USER_CMD; for those of
   *     Spring Security too.
   * @param defaultType The record type of all other events.
   * @param recent How many events are kept in memory, for the endpoint that shows them.
   */
  record Events(
      @DefaultValue Map<String, String> types,
      @DefaultValue("TRUSTED_APP") String defaultType,
      @DefaultValue("1000") int recent) {}

  /** The engine's part, as {@link io.kauditd.core.EngineConfig} reads it. */
  Map<String, String> engine() {
    var written = new LinkedHashMap<>(options);
    put(written, "transport", transport);
    put(written, "policy", policy);
    put(written, "queue", queue);
    put(written, "main-queue", mainQueue);
    put(written, "retry-queue", retryQueue);
    put(written, "backlog-limit", backlogLimit);
    put(written, "backlog-wait-time", inMs(backlogWaitTime));
    put(written, "rate-limit", rateLimit);
    put(
        written,
        "failure-mode",
        failureMode == null ? null : failureMode.name().toLowerCase(Locale.ROOT));
    put(written, "audit-default", auditDefault);
    put(written, "close-deadline", inMs(closeDeadline));
    return written;
  }

  private static @Nullable String inMs(@Nullable Duration time) {
    return time == null ? null : time.toMillis() + "ms";
  }

  private static void put(Map<String, String> written, String key, @Nullable Object value) {
    if (value != null) {
      written.put(key, value.toString());
    }
  }
}
