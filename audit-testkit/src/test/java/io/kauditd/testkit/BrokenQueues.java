// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Queues that each break a rule. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // those that wait, or are broken by it
final class BrokenQueues {
  private BrokenQueues() {}

  abstract static class Base extends AuditQueueContract {
    final PlainQueue.Medium medium = new PlainQueue.Medium();

    @Override
    protected boolean isDurable() {
      return true;
    }

    @Override
    protected boolean damage() {
      medium.left.remove(2);
      medium.damaged++;
      return true;
    }

    @Override
    protected AuditQueue openCopy(QueueRole role) {
      return new PlainQueue(medium.copy());
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
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized boolean add(AuditRecord record, int capacity) throws IOException {
          boolean added = super.add(record, capacity);
          write();
          return added;
        }

        @Override
        public boolean outlivesProgram() {
          return true;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q17,
      test = "q17_addAllTakesWhatAddWouldTake",
      says = "5 records at once, with room for 3")
  static class SaysThatAllWereTaken extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public int addAll(List<AuditRecord> records, int capacity) throws IOException {
          super.addAll(records, capacity);
          return records.size();
        }
      };
    }
  }

  @Broken(rule = Rule.Q17, test = "q1_toQ6_holdInEveryMixOfCalls", says = "addAll of ")
  static class TakesOneOfSeveralWhileOneIsInFlight extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        private int polled;

        @Override
        public @Nullable AuditRecord poll() {
          AuditRecord record = super.poll();
          polled += record == null ? 0 : 1;
          return record;
        }

        @Override
        public void acknowledge(int count) {
          super.acknowledge(count);
          polled -= count;
        }

        @Override
        public void putBack(int count) {
          super.putBack(count);
          polled -= count;
        }

        @Override
        public int addAll(List<AuditRecord> records, int capacity) throws IOException {
          boolean one = polled > 0 && !records.isEmpty();
          return super.addAll(one ? records.subList(0, 1) : records, capacity);
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q18,
      test = "q18_boundsItselfAndOutlivesProgramAlwaysSayTheSame",
      says = "boundsItself(), after 3 records were added")
  static class BoundsItselfWhenItIsFilled extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public boolean boundsItself() {
          return size() > 2;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q19,
      test = "q19_whatWasAddedIsThereAfterAKill",
      says = "6 records were added, no pass ended, and then a kill")
  static class OutlivesPassesAlone extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public boolean outlivesProgram() {
          return true;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q20,
      test = "q20_whatLeavesByItselfIsCounted",
      says = "5000 records were taken, and 1000 came out")
  static class EvictsWithoutAWord extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized boolean add(AuditRecord record, int capacity) throws IOException {
          boolean added = super.add(record, capacity);
          if (waiting.size() > 1_000) {
            waiting.removeFirst();
          }
          return added;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q21,
      test = "q21_aNumberStaysAndNoLowerOneIsGiven",
      says = "highestNumber(), after a record with 50 came out")
  static class ForgetsNumbers extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized long highestNumber() {
          return 0;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q1,
      test = "q1_recordsLeaveInTheOrderTheyWereAdded",
      says = {"5000 records were added: ", "out of order from number 1 on"})
  static class LastInFirstOut extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized @Nullable AuditRecord poll() {
          AuditRecord record = waiting.pollLast();
          if (record != null) {
            inFlight.addLast(record);
          }
          return record;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q2,
      test = "q2_addRefusesARecordWhenTheQueueIsAtItsCapacity",
      says = "a fourth record with capacity 3")
  static class WithoutBound extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized boolean add(AuditRecord record, int capacity) throws IOException {
          return super.add(record, Integer.MAX_VALUE);
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q2,
      test = "q2_addRefusesARecordWhenTheQueueIsAtItsCapacity",
      says = "a refused record must not be in the queue")
  static class KeepsWhatItRefuses extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized boolean add(AuditRecord record, int capacity) throws IOException {
          boolean room = size() < capacity;
          super.add(record, Integer.MAX_VALUE);
          return room;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q3,
      test = "q3_recordsInFlightAreNotCounted",
      says = "2 of 3 records were polled")
  static class CountsInFlight extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized int size() {
          return waiting.size() + inFlight.size();
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q4,
      test = "q4_pollReturnsNullWhenThereIsNoRecord",
      says = {"did not return within 300 ms", "the thread stands at"})
  static class WaitsForRecords extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public @Nullable AuditRecord poll() {
          AuditRecord record = super.poll();
          for (int i = 0; record == null && i < 1_000; i++) {
            LockSupport.parkNanos(1_000_000);
            record = super.poll();
          }
          return record;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q5,
      test = "q5_acknowledgeForgetsTheOldestInFlight",
      says = "1, 2 and 3 of 4 were in flight, 2 acknowledged")
  static class ForgetsTheYoungest extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized void acknowledge(int count) {
          for (int i = 0; i < count; i++) {
            inFlight.removeLast();
          }
        }
      };
    }
  }

  @Broken(rule = Rule.Q6, test = "q6_putBackKeepsTheOldOrder", says = "the youngest 3 put back")
  static class PutsBackInReverse extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized void putBack(int count) {
          List<AuditRecord> all = List.copyOf(inFlight);
          super.putBack(count);
          for (int i = 0; i < count; i++) {
            waiting.removeFirst();
          }
          all.subList(all.size() - count, all.size()).forEach(waiting::addFirst);
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q7,
      test = "q7_recordsComeOutAsTheyWentIn",
      says = "the bytes of the text must be the same")
  static class KeepsOneEncoding extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized boolean add(AuditRecord record, int capacity) throws IOException {
          String text = new String(record.text().getBytes(ISO_8859_1), ISO_8859_1);
          return super.add(
              AuditRecord.of(record.type(), record.timeMs(), record.serial(), text), capacity);
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q8,
      test = "q8_addNeverWaitsForRoom",
      says = {"add to a full queue", "did not return within 300 ms"})
  static class WaitsForRoom extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public boolean add(AuditRecord record, int capacity) throws IOException {
          for (int i = 0; size() >= capacity && i < 1_000; i++) {
            LockSupport.parkNanos(1_000_000);
          }
          return super.add(record, capacity);
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q9,
      test = "q9_countsThatDoNotFitAreRefused",
      says = "acknowledge(2) with one record in flight")
  static class TakesAnyCount extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized void acknowledge(int count) {
          super.acknowledge(Math.clamp(count, 0, inFlight.size()));
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q10,
      test = "q10_theBoundIsExactHoweverManyProducersAdd",
      says = "records taken from 4 producers with capacity 10")
  static class LooksBeforeItLeaps extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public boolean add(AuditRecord record, int capacity) throws IOException {
          if (size() >= capacity) {
            return false;
          }
          if (capacity < Integer.MAX_VALUE) {
            LockSupport.parkNanos(100_000); // so that the others get to look, too
          }
          return super.add(record, Integer.MAX_VALUE);
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q11,
      test = "q11_anAddedRecordIsCountedOnEveryThread",
      says = "this thread has added 1 records")
  static class CountsLater extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        private int counted;

        @Override
        public synchronized void passEnded() {
          counted = super.size();
        }

        @Override
        public synchronized int size() {
          return counted;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q12,
      test = "q12_closeWorksWhateverIsInFlight",
      says = {"close with two records in flight", "threw java.lang.IllegalStateException"})
  static class WantsNothingInFlight extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized void close() {
          if (inFlight.size() == 2) {
            throw new IllegalStateException("2 in flight");
          }
          super.close();
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q13,
      test = "q13_whatWasNotAcknowledgedIsOfferedAgain",
      says = "2 of 6 were acknowledged, 2 in flight, 2 not polled")
  static class ForgetsWhatIsInFlight extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized void close() {
          inFlight.clear();
          super.close();
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q14,
      test = "q14_whatWasAcknowledgedIsNeverOfferedAgain",
      says = "all was acknowledged, then it was closed and opened")
  static class OffersAllAgain extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        private final List<AuditRecord> before = List.copyOf(waiting);

        @Override
        public synchronized void close() {
          super.close();
          before.stream().filter(record -> !medium.left.contains(record)).forEach(medium.left::add);
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q15,
      test = "q15_recoveredCountsWhatAnEarlierRunLeft",
      says = "one of 2 records was left")
  static class DoesNotCountWhatWasLeft extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public long recovered() {
          return 0;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q15,
      test = "q15_damagedRecordsAreCounted",
      says = "5 of 6 records were polled, the others are damaged")
  static class SaysNothingOfDamage extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public long lost() {
          return 0;
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q1,
      test = "q1_toQ6_holdInEveryMixOfCalls",
      says = {"poll in step", "of the walk with seed"})
  static class PutsLoginsFirst extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized boolean add(AuditRecord record, int capacity) throws IOException {
          boolean first = record.type() == RecordType.USER_LOGIN && waiting.size() < capacity;
          if (first) {
            waiting.addFirst(record);
          }
          return first || super.add(record, capacity);
        }
      };
    }
  }

  @Broken(
      rule = Rule.Q1,
      test = "q1_recordsLeaveInTheOrderTheyWereAdded",
      deviations = Rule.Q4,
      says = {"has not come to its end within 1 s 800 ms", "BrokenQueues", "poll"})
  static class HangsWhenEmpty extends Base {
    @Override
    protected Duration deadline() {
      return Duration.ofMillis(200);
    }

    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public @Nullable AuditRecord poll() {
          AuditRecord record = super.poll();
          while (record == null) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            record = super.poll();
          }
          return record;
        }
      };
    }
  }

  @Broken(rule = Rule.Q13, test = "q13_aKillLosesNothing", says = "and the program was killed")
  static class WritesWhenClosed extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public void passEnded() {}
      };
    }
  }

  @Broken(
      rule = Rule.Q14,
      test = "q14_aKillBringsNothingBack",
      says = {"1 and 2 were acknowledged", "was killed"})
  static class AcknowledgesWhenClosed extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public synchronized boolean add(AuditRecord record, int capacity) throws IOException {
          boolean added = super.add(record, capacity);
          write();
          return added;
        }

        @Override
        public void passEnded() {}
      };
    }
  }

  @Broken(
      rule = Rule.Q16,
      test = "q16_anInterruptDoesNoHarm",
      says = "the thread's interrupt flag, after add")
  static class ForgetsTheInterrupt extends Base {
    @Override
    protected AuditQueue open(QueueRole role) {
      return new PlainQueue(medium) {
        @Override
        public boolean add(AuditRecord record, int capacity) throws IOException {
          if (Thread.interrupted()) {
            throw new IOException("interrupted");
          }
          return super.add(record, capacity);
        }
      };
    }
  }
}
