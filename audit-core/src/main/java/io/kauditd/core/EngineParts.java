// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.api.AuditLog;
import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.PanicHandler;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.Transport;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that an engine is made of. What is left at the end in the queues of {@code leftIsLost} is out
 * of everybody's reach, and counts as lost. Printk, panic handler, wait and clock are contained
 * already: what they throw is named in the faults of {@code foreign}. The {@code logPrefix} begins
 * lines of the log that would not say otherwise which engine they are of.
 */
record EngineParts(
    AuditSettings settings,
    AuditQueue main,
    AuditQueue retry,
    AuditQueue hold,
    String transportId,
    Transport transport,
    String policyId,
    ErrorPolicy policy,
    @Nullable Predicate<AuditRecord> filter,
    @Nullable AuditLog rejectedTo,
    Printk printk,
    String logPrefix,
    PanicHandler panicHandler,
    SafeWait backlogWait,
    EngineClock clock,
    Pause reopenPause,
    Pause retryPause,
    int maxBatchRecords,
    boolean numbersRecords,
    long restNs,
    Outages.Reports outageReports,
    boolean closesAtShutdown,
    Set<QueueRole> leftIsLost,
    Owner owner,
    ForeignCode foreign) {}
