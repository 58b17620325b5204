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
 * What an application sets of {@code kauditd.*}. IDEs show what is said here of each.
 *
 * @param enabled Whether the audit events of the application go through the audit queues.
 * @param transport Where records go to, as ID or ID:ARGUMENT, such as file:/var/log/app/audit.log.
 * @param policy What happens to a record that cannot be sent: mainline, ordered, rfc or v5.16.
 * @param queue The hold queue: memory, or spool:DIRECTORY, which keeps records when the program
 *     ends.
 * @param mainQueue The queue that records are logged to, as the hold queue.
 * @param retryQueue The queue of records that are to be sent again, as the hold queue.
 * @param backlogLimit The most records in each queue; 0 for no limit.
 * @param backlogWaitTime The longest that a thread that logs waits for room.
 * @param rateLimit The most records in a second; 0 for no limit.
 * @param failureMode What a lost record does: nothing, a line in the log, or an error in it.
 * @param auditDefault Whether records are held while no daemon is there.
 * @param closeDeadline How long what waits is still delivered when the application ends.
 * @param options Options of the transport, the policy and the queues, such as max-size; with the
 *     part in front where several know one, such as transport.max-size.
 * @param events What becomes of the application's audit events.
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
