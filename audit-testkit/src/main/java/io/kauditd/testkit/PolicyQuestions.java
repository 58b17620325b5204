// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.AuditSettings;
import io.kauditd.api.RecordType;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.SendError;
import java.util.ArrayList;
import java.util.List;

/** Every kind of question that an engine can ask an error policy. */
final class PolicyQuestions {
  private static final int LIMIT = 4;
  private static final int[] FILLS = {0, 1, 2, LIMIT - 1, LIMIT, LIMIT + 1, 100};
  private static final int[] TYPES = {
    RecordType.SYSCALL, RecordType.USER_LOGIN, RecordType.TRUSTED_APP, RecordType.EOE, 1400, 2999, 0
  };

  private static final List<AuditRecord> RECORDS = records();

  /** Of all kinds of types, and with texts that may matter to a policy. */
  private static List<AuditRecord> records() {
    var records = new ArrayList<AuditRecord>();
    for (int type : TYPES) {
      records.add(AuditRecord.of(type, 0, 1, "op=contract res=success"));
    }
    int login = RecordType.USER_LOGIN;
    records.add(AuditRecord.of(login, 0, 1, "op=login acct=\"root\" res=failed"));
    records.add(AuditRecord.of(RecordType.SYSCALL, 0, 1, "success=no denied uid=0"));
    records.add(AuditRecord.of(login, 0, 1, ""));
    records.add(AuditRecord.ofBytes(login, 0, 1, new byte[] {(byte) 0xff, 0}));
    return records;
  }

  /** One question: a record, how it failed, and queues to look at. */
  record Question(AuditRecord record, FailedSend failure, View view) {
    /** The same question, after this many attempts. */
    Question after(int attempts) {
      FailedSend again = FailedSend.after(failure.queue(), failure.error(), attempts);
      return new Question(record, again, new View(view.fill, view.settings.auditDefault()));
    }

    /** The same, about the record as one that the walk does not send any more. */
    Question untried() {
      FailedSend again = FailedSend.untried(failure.queue(), failure.connected());
      return new Question(record, again, new View(view.fill, view.settings.auditDefault()));
    }

    @Override
    public String toString() {
      return "record '" + record + "', " + failure + ", " + view;
    }
  }

  private PolicyQuestions() {}

  /** Questions about records that had this many failed attempts. */
  static List<Question> tried(int attempts) {
    var questions = new ArrayList<Question>();
    failures(attempts).forEach(failure -> addAll(questions, failure));
    return questions;
  }

  /** One question for each queue and error, about a record that was tried once. */
  static List<Question> eachError() {
    return failures(1).stream()
        .map(failure -> new Question(RECORDS.getFirst(), failure, new View(0, true)))
        .toList();
  }

  private static List<FailedSend> failures(int attempts) {
    var failures = new ArrayList<FailedSend>();
    for (QueueRole role : QueueRole.values()) {
      for (SendError error : SendError.values()) {
        if (error != SendError.REJECTED) { // the engine drops such a record itself
          failures.add(FailedSend.after(role, error, attempts));
        }
      }
    }
    return failures;
  }

  /** Questions about records that were not tried. */
  static List<Question> untried() {
    var questions = new ArrayList<Question>();
    for (QueueRole role : QueueRole.values()) {
      addAll(questions, FailedSend.untried(role, true));
      addAll(questions, FailedSend.untried(role, false));
    }
    return questions;
  }

  private static void addAll(List<Question> questions, FailedSend failure) {
    for (AuditRecord record : RECORDS) {
      for (int fill : FILLS) {
        questions.add(new Question(record, failure, new View(fill, true)));
        questions.add(new Question(record, failure, new View(fill, false)));
      }
    }
  }

  /** Queues that are all equally full; it notices when it is used too late. */
  static final class View implements QueueView {
    private final int fill;
    private final AuditSettings settings;
    private boolean over;
    private boolean usedLate;

    View(int fill, boolean auditDefault) {
      this.fill = fill;
      this.settings = AuditSettings.DEFAULTS.withBacklogLimit(LIMIT).withAuditDefault(auditDefault);
    }

    void end() {
      over = true;
    }

    boolean wasUsedLate() {
      return usedLate;
    }

    @Override
    public int size(QueueRole role) {
      usedLate |= over;
      return fill;
    }

    @Override
    public AuditSettings settings() {
      usedLate |= over;
      return settings;
    }

    @Override
    public String toString() {
      return fill
          + " records in each queue, backlog limit "
          + LIMIT
          + ", auditDefault "
          + settings.auditDefault();
    }
  }
}
