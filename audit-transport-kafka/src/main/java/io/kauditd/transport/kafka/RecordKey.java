// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.api.AuditRecord;

/** A record and its number: records that say the same are told apart by it, if they have one. */
record RecordKey(AuditRecord record, long number) {
  static RecordKey of(AuditRecord record) {
    return new RecordKey(record, record.number());
  }
}
