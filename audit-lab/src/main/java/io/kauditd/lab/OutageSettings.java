// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditSettings;
import java.time.Duration;

/**
 * What is measured of each policy.
 *
 * @param recordsPerSecond how many records the producer logs
 * @param warmUp how long it logs before anything counts, so that the JVM has compiled what it runs
 * @param before how long the healthy daemon is measured
 * @param stopped how long the daemon is stopped
 * @param after how long is measured after that
 * @param engine the engine's settings
 */
record OutageSettings(
    int recordsPerSecond,
    Duration warmUp,
    Duration before,
    Duration stopped,
    Duration after,
    AuditSettings engine) {
  Duration measured() {
    return before.plus(stopped).plus(after);
  }
}
