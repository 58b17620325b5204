// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

/**
 * The format of the value of a Kafka record. Later versions may add formats.
 *
 * @since 0.1.0
 */
public enum ValueFormat {
  /** The audit line, as {@link io.kauditd.api.AuditLineEncoder} writes it, without a line end. */
  LINE,
  /** A JSON object with what the line says, taken apart; see {@code docs/reference/kafka.md}. */
  JSON
}
