// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Transports that each break a rule. */
final class BrokenTransports {
  private BrokenTransports() {}

  abstract static class Base extends TransportContract {
    final PlainTransport.Daemon daemon = new PlainTransport.Daemon();

    @Override
    protected List<String> arrived() {
      return List.copyOf(daemon.arrived);
    }

    @Override
    protected boolean stopDaemon() {
      daemon.away = true;
      return true;
    }

    @Override
    protected void startDaemon() {
      daemon.away = false;
    }

    @Override
    protected boolean stallDaemon() {
      daemon.stalled = true;
      return true;
    }

    @Override
    protected void resumeDaemon() {
      daemon.stalled = false;
    }

    @Override
    protected boolean loseAcknowledgements() {
      daemon.acknowledges = false;
      return true;
    }

    @Override
    protected void acknowledgeAgain() {
      daemon.acknowledges = true;
    }

    @Override
    protected boolean takenMeansArrived() {
      return true;
    }

    @Override
    protected Map<String, String> deviations() {
      return Declared.by(getClass());
    }

    @Override
    protected Duration deadline() {
      return Duration.ofSeconds(2);
    }

    @Override
    protected Duration patience() {
      return Duration.ofMillis(300);
    }
  }

  private static void parkFor(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left; (left = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  /** Follows every rule. */
  static class Sound extends Base {
    @Override
    protected Duration deadline() {
      return Duration.ofSeconds(20);
    }

    @Override
    protected Duration patience() {
      return Duration.ofSeconds(5);
    }

    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon);
    }
  }

  @Broken(
      rule = Rule.T1,
      test = "t1_creatingItDoesNoWork",
      says = {"although open was not called yet", "eager worker"})
  static class StartsAThread extends Base {
    @Override
    protected Transport newTransport() {
      Thread worker = new Thread(() -> parkFor(Duration.ofSeconds(2)), "eager worker");
      worker.setDaemon(true);
      worker.start();
      return new PlainTransport(daemon);
    }
  }

  @Broken(
      rule = Rule.T2,
      test = "t2_openConnectsOrListensOrSaysWhyNot",
      says = "open threw java.lang.IllegalArgumentException")
  static class ConnectsToNobody extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public OpenResult open(TransportContext context) {
          return OpenResult.connected(0);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T3,
      test = "t3_openReturnsInTimeWhenTheDaemonIsAway",
      says = {"open did not return within 1 s 300 ms", "the thread stands at"})
  static class WaitsForTheDaemon extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public OpenResult open(TransportContext context) {
          if (daemon.away) {
            parkFor(Duration.ofSeconds(2));
          }
          return super.open(context);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T4,
      test = "t4_resultsFitTheirBatches",
      says = "records taken, without an error, of 1 that were pulled")
  static class CountsOneTooMany extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public SendResult send(RecordBatch batch) {
          return SendResult.sent(super.send(batch).taken() + 1);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T5,
      test = "t5_whatIsReportedAsTakenHasArrived",
      says = {"1000 sent, 999 arrived: 1 missing", "n=500"})
  static class DropsARecord extends Base {
    @Override
    protected Duration deadline() {
      return Duration.ofMillis(500);
    }

    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        @Nullable SendError deliver(AuditRecord record) {
          return record.serial() == 500 ? null : super.deliver(record);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T6,
      test = "t6_theBatchIsUsedDuringTheCallOnly",
      says = "next() was called after send had returned")
  static class KeepsTheBatch extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        private @Nullable RecordBatch last;

        @Override
        public SendResult send(RecordBatch batch) {
          if (last != null) {
            last.next();
          }
          last = batch;
          return super.send(batch);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T7,
      test = "t7_aDaemonThatIsGoneEndsTheConnection",
      says = {"the daemon has been gone for", "EAGAIN", "an error that ends the connection"})
  static class HopesForEver extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public SendResult send(RecordBatch batch) {
          return daemon.away
              ? SendResult.failed(0, SendError.EAGAIN, "perhaps it comes back")
              : super.send(batch);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T7,
      test = "t7_aDaemonThatIsGoneEndsTheConnection",
      says = "send threw java.io.UncheckedIOException")
  static class ThrowsItsErrors extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public SendResult send(RecordBatch batch) {
          if (daemon.away) {
            throw new java.io.UncheckedIOException(new java.io.IOException("Broken pipe"));
          }
          return super.send(batch);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T8,
      test = "t8_aDaemonThatTakesNothingIsAskedAgain",
      says = {"the daemon is there and takes nothing", "EIO"})
  static class GivesUpAtOnce extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public SendResult send(RecordBatch batch) {
          return daemon.stalled
              ? SendResult.failed(0, SendError.EIO, "no room")
              : super.send(batch);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T9,
      test = "t9_afterResetItConnectsAgain",
      says = {"the daemon takes records, and send answers", "ECONNREFUSED"})
  static class ConnectsOnce extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        private boolean broken;

        @Override
        public SendResult send(RecordBatch batch) {
          return broken
              ? SendResult.failed(0, SendError.ECONNREFUSED, "the socket is closed")
              : super.send(batch);
        }

        @Override
        public void reset() {
          broken = true;
        }
      };
    }
  }

  @Broken(
      rule = Rule.T10,
      test = "t10_noRecordBlocksThoseBehindIt",
      says = {"the record ", "EIO"})
  static class CannotSendAll extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        @Nullable SendError deliver(AuditRecord record) {
          return record.text().contains("\n") ? SendError.EIO : super.deliver(record);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T11,
      test = "t11_nothingInARecordMakesASecondOne",
      says = "records were taken, and")
  static class WritesTextAsItIs extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        @Nullable SendError deliver(AuditRecord record) {
          daemon.arrived.addAll(List.of(record.text().split("\n", -1)));
          return null;
        }
      };
    }
  }

  @Broken(
      rule = Rule.T12,
      test = "t12_closeWorksWithoutOpen",
      says = "close threw java.lang.IllegalStateException")
  static class WantsToBeOpened extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public void close() {
          if (daemon.connections == 0) {
            throw new IllegalStateException("not open");
          }
        }
      };
    }
  }

  @Broken(
      rule = Rule.T12,
      test = "t12_closeLetsGoOfEverything",
      says = {"threads that still run after close", "forgotten worker"})
  static class LeavesAThread extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public OpenResult open(TransportContext context) {
          Thread worker = new Thread(() -> parkFor(Duration.ofSeconds(2)), "forgotten worker");
          worker.setDaemon(true);
          worker.start();
          return super.open(context);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T7,
      test = "t4_resultsFitTheirBatches",
      says = "send threw java.lang.ArrayIndexOutOfBoundsException")
  static class HasRoomForAHundred extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        private final @Nullable AuditRecord[] records = new AuditRecord[100];

        @Override
        public SendResult send(RecordBatch batch) {
          if (daemon.away || daemon.stalled) {
            return super.send(batch);
          }
          int pulled = 0;
          for (AuditRecord next = batch.next(); next != null; next = batch.next()) {
            records[pulled++] = next;
            deliver(next);
          }
          return SendResult.sent(pulled);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T5,
      test = "t5_longRecordsArriveWhole",
      says = {"records of up to 8970 bytes: 8 sent, 8 arrived", "missing, namely"})
  static class CutsLongRecords extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        @Nullable SendError deliver(AuditRecord record) {
          String text = record.text();
          daemon.arrived.add(text.substring(0, Math.min(text.length(), 8_192)));
          return null;
        }
      };
    }
  }

  @Broken(
      rule = Rule.T5,
      test = "t5_closeLosesNothingThatWasTaken",
      says = {"and it was closed: 1000 sent", "missing, namely"})
  static class WritesLater extends Base {
    @Override
    protected Duration deadline() {
      return Duration.ofMillis(500);
    }

    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        private final List<AuditRecord> later = new ArrayList<>();

        @Override
        public SendResult send(RecordBatch batch) {
          later.forEach(super::deliver);
          later.clear();
          return super.send(batch);
        }

        @Override
        @Nullable SendError deliver(AuditRecord record) {
          later.add(record);
          return null;
        }
      };
    }
  }

  @Broken(
      rule = Rule.T9,
      test = "t9_resetDoesNotWaitForTheDaemon",
      says = {"reset did not return within 1 s 300 ms", "the thread stands at"})
  static class FlushesInReset extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public void reset() {
          if (daemon.stalled) {
            parkFor(Duration.ofSeconds(2));
          }
          super.reset();
        }
      };
    }
  }

  @Broken(
      rule = Rule.T12,
      test = "t12_closeDoesNotWaitForTheDaemon",
      says = {"close did not return within 1 s 400 ms", "the thread stands at"})
  static class FlushesInClose extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public void close() {
          if (daemon.stalled) {
            parkFor(Duration.ofSeconds(2));
          }
        }
      };
    }
  }

  @Broken(
      rule = Rule.T9,
      test = "t9_recordsFlowAgainAfterAStallAndAReset",
      says = {"the daemon takes records, and send answers", "EAGAIN: a record is not answered yet"})
  static class WaitsForAnswersOverAReset extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        private boolean unanswered;
        private boolean kept;

        @Override
        public SendResult send(RecordBatch batch) {
          unanswered = daemon.stalled || kept; // an answer to the old connection never comes
          return unanswered
              ? SendResult.failed(0, SendError.EAGAIN, "a record is not answered yet")
              : super.send(batch);
        }

        @Override
        public void reset() {
          kept |= unanswered;
          super.reset();
        }
      };
    }
  }

  @Broken(
      rule = Rule.T13,
      test = "t13_whatIsTakenHasArrivedWhenSendReturns",
      says = "records that have arrived, of 1 that were reported as taken")
  static class DoesNotWaitForTheAnswer extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        private final List<AuditRecord> sent = new ArrayList<>();

        @Override
        public SendResult send(RecordBatch batch) {
          SendResult result = super.send(batch);
          Thread.ofPlatform().start(this::arriveLater);
          return result;
        }

        @Override
        @Nullable SendError deliver(AuditRecord record) {
          synchronized (sent) {
            sent.add(record);
          }
          return null;
        }

        private void arriveLater() {
          parkFor(Duration.ofMillis(100));
          synchronized (sent) {
            sent.forEach(super::deliver);
            sent.clear();
          }
        }
      };
    }
  }

  @Broken(rule = Rule.T14, test = "t14_aBatchMayEndEarly", says = "once too often, namely")
  static class SendsWhatIsLeftOfTheLastBatch extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        private List<AuditRecord> last = List.of();
        private List<AuditRecord> now = new ArrayList<>();

        @Override
        public SendResult send(RecordBatch batch) {
          last = now;
          now = new ArrayList<>();
          SendResult result = super.send(batch);
          if (now.size() < last.size()) { // its array is sent as far as it was ever filled
            last.subList(now.size(), last.size()).forEach(super::deliver);
          }
          return result;
        }

        @Override
        @Nullable SendError deliver(AuditRecord record) {
          now.add(record);
          return super.deliver(record);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T15,
      test = "t15_anInterruptLosesNothing",
      says = {"missing, namely", "the thread was interrupted before it sent"})
  static class TakesAnInterruptForTheEnd extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        @Nullable SendError deliver(AuditRecord record) {
          return Thread.interrupted() ? null : super.deliver(record);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T16,
      test = "t16_whatMayHaveArrivedIsInDoubt",
      says = "10 records have arrived twice, and 0 were said to be in doubt")
  static class SaysNothingOfDoubles extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        SendResult unacknowledged(int written) {
          return SendResult.failed(0, SendError.ECONNREFUSED, "no acknowledgement in time");
        }
      };
    }
  }

  @Broken(
      rule = Rule.T16,
      test = "t16_whatMayHaveArrivedIsInDoubt",
      says = "the daemon has acknowledged none of 10 records, and send says that all were taken")
  static class TakesSilenceForAYes extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        SendResult unacknowledged(int written) {
          return SendResult.sent(written);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T16,
      test = "t16_whatMayHaveArrivedIsInDoubt",
      says = {"records in doubt", "10 were pulled and 0 of them taken"})
  static class DoubtsMoreThanItWasGiven extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        SendResult unacknowledged(int written) {
          return super.unacknowledged(written).withInDoubt(written + 1);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T11,
      test = "t11_nothingInARecordMakesASecondOne",
      says = "records were taken, and")
  static class WritesTheHeadAsItIs extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        @Nullable SendError deliver(AuditRecord record) {
          String head = record.head() == null ? "" : record.head();
          head.lines().skip(1).forEach(daemon.arrived::add);
          return super.deliver(record);
        }
      };
    }
  }

  @Broken(
      rule = Rule.T17,
      test = "t17_endpointsAreKnownBeforeItIsOpened",
      says = {"endpoint without a scheme", "loghost"})
  static class NamesAHostAlone extends Base {
    @Override
    protected Transport newTransport() {
      return new PlainTransport(daemon) {
        @Override
        public Set<URI> endpoints() {
          return Set.of(URI.create("loghost"));
        }
      };
    }
  }
}
