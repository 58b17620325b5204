// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.status;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.Ledger;
import io.kauditd.api.LostReason;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an {@link AuditStatus} as documents have them: the {@code --summary} of a run and of
 * an outage, and {@code audit status --json}. Fields are added, never renamed.
 */
public final class StatusDocument {
  private StatusDocument() {}

  /** The whole status of an engine. */
  public static Map<String, @Nullable Object> engine(AuditStatus status) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    map.put("settings", settings(status.settings()));
    map.put("connected", status.connected());
    map.put("daemon", status.daemon());
    map.put("lost", status.lost());
    map.put("backlog", status.backlog());
    map.put("backlogWaitTimeActualMs", status.backlogWaitTimeActualMs());
    map.put("ledger", ledger(status.ledger()));
    map.put("highWater", highWater(status.highWater()));
    map.put("counters", counters(status));
    map.put("lastError", status.lastError());
    return map;
  }

  public static Map<String, Object> settings(AuditSettings settings) {
    var map = new LinkedHashMap<String, Object>();
    map.put("backlogLimit", settings.backlogLimit());
    map.put("backlogWaitTimeMs", settings.backlogWaitTimeMs());
    map.put("rateLimit", settings.rateLimit());
    map.put("failureMode", settings.failureMode().name().toLowerCase(Locale.ROOT));
    map.put("auditDefault", settings.auditDefault());
    return map;
  }

  public static Map<String, Object> ledger(Ledger ledger) {
    var dropped = new LinkedHashMap<String, Object>();
    for (LostReason reason : LostReason.values()) {
      dropped.put(camelCase(reason.name()), ledger.dropped(reason));
    }
    var map = new LinkedHashMap<String, Object>();
    map.put("logged", ledger.logged());
    map.put("recovered", ledger.recovered());
    map.put("delivered", ledger.delivered());
    map.put("sentAgain", ledger.sentAgain());
    map.put("inMain", ledger.inMain());
    map.put("inRetry", ledger.inRetry());
    map.put("inHold", ledger.inHold());
    map.put("dropped", dropped);
    map.put("balances", ledger.balances());
    return map;
  }

  public static Map<String, Object> highWater(AuditStatus.HighWater highWater) {
    var map = new LinkedHashMap<String, Object>();
    map.put("main", highWater.main());
    map.put("retry", highWater.retry());
    map.put("hold", highWater.hold());
    return map;
  }

  public static Map<String, Object> counters(AuditStatus status) {
    var map = new LinkedHashMap<String, Object>();
    map.put("passes", status.passes());
    map.put("sendAttempts", status.sendAttempts());
    map.put("failedSends", status.failedSends());
    map.put("printed", status.printed());
    map.put("resets", status.resets());
    map.put("endlessPasses", status.endlessPasses());
    return map;
  }

  /** {@code RETRY_OVERFLOW} as {@code retryOverflow}. */
  public static String camelCase(String constant) {
    var text = new StringBuilder();
    for (String word : constant.toLowerCase(Locale.ROOT).split("_", -1)) {
      text.append(
          text.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return text.toString();
  }
}
