// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sources that each break a rule. */
final class BrokenSources {
  private BrokenSources() {}

  abstract static class Base extends RecordSourceContract {
    abstract RecordSource source(int records, boolean endless);

    @Override
    protected RecordSource newSource(int records) {
      return source(records, false);
    }

    @Override
    protected String expectedText(int number) {
      return PlainSource.record(number).text();
    }

    @Override
    protected RecordSource newEndlessSource() {
      return source(1, true);
    }

    @Override
    protected RecordSource newSourceWithBadInput() {
      return new PlainSource(1, false) {
        @Override
        public void run(RecordSink sink) throws IOException {
          sink.problem("line 1: is no record");
          super.run(sink);
        }
      };
    }

    @Override
    protected Unopenable newUnopenableSource() {
      return Unopenable.of(
          new PlainSource(1, false) {
            @Override
            public void run(RecordSink sink) throws IOException {
              throw new IOException("cannot read /nowhere/in.log: there is no such file");
            }
          },
          "/nowhere/in.log");
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

  private static void startWorker(String name, Runnable work) {
    Thread worker = new Thread(work, name);
    worker.setDaemon(true);
    worker.start();
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
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless);
    }
  }

  @Broken(
      rule = Rule.S1,
      test = "s1_creatingItStartsNoThread",
      says = {"although run was not called yet", "eager reader"})
  static class StartsAThread extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      startWorker("eager reader", () -> parkFor(Duration.ofSeconds(2)));
      return new PlainSource(records, endless);
    }
  }

  @Broken(
      rule = Rule.S2,
      test = "s2_everyRecordIsHandedOverOnceInOrder",
      says = "1000 records were there to be read")
  static class ReadsARecordTwice extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless) {
        @Override
        public void run(RecordSink sink) throws IOException {
          sink.accept(record(1));
          super.run(sink);
        }
      };
    }
  }

  @Broken(
      rule = Rule.S3,
      test = "s3_runReturnsAtTheEnd",
      says = {"run, with 3 records to read", "did not return within"})
  static class DoesNotSeeTheEnd extends Base {
    @Override
    protected Duration deadline() {
      return Duration.ofMillis(500);
    }

    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, true);
    }
  }

  @Broken(
      rule = Rule.S4,
      test = "s4_closeEndsRunWithinASecond",
      says = {"run, after close, did not return within 1 s 300 ms", "it stands at"})
  static class TakesItsTime extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless) {
        @Override
        void waitForMore() {
          super.waitForMore();
          parkFor(Duration.ofSeconds(2));
        }
      };
    }
  }

  @Broken(
      rule = Rule.S5,
      test = "s5_closeMayComeBeforeRun",
      says = "run, after close did not return within 1 s 300 ms")
  static class ForgetsAnEarlyClose extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless) {
        private volatile boolean running;

        @Override
        public void run(RecordSink sink) throws IOException {
          running = true;
          super.run(sink);
        }

        @Override
        public void close() {
          if (running) {
            super.close();
          }
        }
      };
    }
  }

  @Broken(
      rule = Rule.S6,
      test = "s6_aRefusedRecordDoesNotEndTheSource",
      says = "the first 5 were refused")
  static class GivesUpWhenRefused extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless) {
        @Override
        public void run(RecordSink sink) {
          int number = 1;
          while (number <= count && sink.accept(record(number))) {
            number++;
          }
          if (endless) {
            waitForMore();
          }
        }
      };
    }
  }

  @Broken(
      rule = Rule.S7,
      test = "s7_whatIsNoRecordIsReported",
      says = "problems that RecordSink.problem was told of")
  static class SkipsInSilence extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless);
    }

    @Override
    protected RecordSource newSourceWithBadInput() {
      return new PlainSource(1, false);
    }
  }

  @Broken(
      rule = Rule.S8,
      test = "s8_aSourceThatCannotBeOpenedSaysWhich",
      says = {"/nowhere/in.log", "No such file or directory"})
  static class DoesNotSayWhich extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless);
    }

    @Override
    protected Unopenable newUnopenableSource() {
      return Unopenable.of(
          new PlainSource(1, false) {
            @Override
            public void run(RecordSink sink) throws IOException {
              throw new IOException("No such file or directory");
            }
          },
          "/nowhere/in.log");
    }
  }

  @Broken(
      rule = Rule.S9,
      test = "s9_nothingComesAfterRunHasReturned",
      says = {"threads that still run after run has returned", "forgotten reader"})
  static class LeavesAThread extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless) {
        @Override
        public void run(RecordSink sink) throws IOException {
          startWorker("forgotten reader", () -> parkFor(Duration.ofSeconds(2)));
          super.run(sink);
        }
      };
    }
  }

  @Broken(
      rule = Rule.S4,
      test = "s4_closeDoesNotWaitForTheSink",
      says = {"close did not return within 1 s 300 ms", "the thread stands at"})
  static class LocksWhileItHandsOver extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless) {
        @Override
        public void run(RecordSink sink) throws IOException {
          for (int i = 1; i <= records; i++) {
            synchronized (this) {
              sink.accept(record(i));
            }
          }
          if (endless) {
            waitForMore();
          }
        }

        @Override
        public synchronized void close() {
          super.close();
        }
      };
    }
  }

  @Broken(
      rule = Rule.S7,
      test = "s7_whatIsNoRecordIsReported",
      says = "run threw java.lang.NumberFormatException: line 1")
  static class ThrowsAtABadLine extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless);
    }

    @Override
    protected RecordSource newSourceWithBadInput() {
      return new PlainSource(1, false) {
        @Override
        public void run(RecordSink sink) {
          throw new NumberFormatException("line 1");
        }
      };
    }
  }

  @Broken(
      rule = Rule.S9,
      test = "s9_nothingComesAfterRunHasReturned",
      says = "records handed over after run had returned")
  static class LeavesATask extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless) {
        @Override
        public void run(RecordSink sink) throws IOException {
          super.run(sink);
          CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
              .execute(() -> sink.accept(record(2)));
        }
      };
    }
  }

  @Broken(
      rule = Rule.S10,
      test = "s10_endpointsAreKnownBeforeItRuns",
      says = "endpoints that were another time others")
  static class NamesAnotherPlaceEachTime extends Base {
    @Override
    RecordSource source(int records, boolean endless) {
      return new PlainSource(records, endless) {
        private int asked;

        @Override
        public Set<URI> endpoints() {
          return Set.of(URI.create("port:" + ++asked));
        }
      };
    }
  }
}
