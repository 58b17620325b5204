// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.api.AuditRecord;
import io.kauditd.core.KernelPolicy;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.FailedSend;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.QueueView;
import io.kauditd.spi.Routing;
import io.kauditd.spi.Routing.Target;
import io.kauditd.spi.SendError;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Policies that each break a rule; all else is as mainline has it. */
final class BrokenPolicies {
  private static final Routing HOLD_WITHOUT_LIMIT =
      Routing.toHold().unprinted().always().unbounded();

  private BrokenPolicies() {}

  /** Mainline, question by question. */
  static class Plain implements ErrorPolicy {
    @Override
    public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
      return KernelPolicy.MAINLINE.route(record, failure, queues);
    }
  }

  abstract static class Base extends ErrorPolicyContract {
    @Override
    protected Map<String, String> deviations() {
      return Declared.by(getClass());
    }
  }

  /** Follows every rule. */
  static class Sound extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain();
    }
  }

  @Broken(
      rule = Rule.P1,
      test = "p1_thereIsAnAnswerToEveryQuestion",
      says = {"route threw java.lang.IllegalArgumentException", "ENOBUFS"})
  static class KnowsThreeErrors extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          return switch (failure.error()) {
            case EAGAIN, ECONNREFUSED, EPERM -> super.route(record, failure, queues);
            default -> throw new IllegalArgumentException("error " + failure.error());
          };
        }
      };
    }
  }

  @Broken(
      rule = Rule.P1,
      test = "p1_thereIsAnAnswerToEveryQuestion",
      says = "route was asked about record")
  static class HasNoAnswer extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        @SuppressWarnings("NullAway") // on purpose
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          return failure.tried() ? super.route(record, failure, queues) : null;
        }
      };
    }
  }

  @Broken(
      rule = Rule.P2,
      test = "p2_attemptsComeToAnEnd",
      says = {"999 attempts have failed", "EAGAIN"})
  static class NeverGivesUp extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          return failure.tried() && failure.error().isTransient()
              ? Routing.sendAgain()
              : super.route(record, failure, queues);
        }
      };
    }
  }

  @Broken(rule = Rule.P3, test = "p3_whatWasNotTriedIsNotSentAgain", says = "MAIN: not tried")
  static class SendsWhatWasNotTried extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          return failure.attempts() < 3
                  && (failure.error().isTransient() || failure.attempts() == 0)
              ? Routing.sendAgain()
              : super.route(record, failure, queues);
        }
      };
    }
  }

  @Broken(
      rule = Rule.P3,
      test = "p3_whatCannotSucceedIsNotSentAgain",
      says = "ECONNREFUSED is not transient")
  static class InsistsOnAConnection extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          return failure.tried() && failure.attempts() < 3
              ? Routing.sendAgain()
              : super.route(record, failure, queues);
        }
      };
    }
  }

  @Broken(
      rule = Rule.P4,
      test = "p4_routeRestSaysWhatRouteWouldSay",
      says = "routeRest, compared with route for record")
  static class RoutesTheRestElsewhere extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public @Nullable Routing routeRest(FailedSend failure) {
          return Routing.requeueLast();
        }
      };
    }
  }

  @Broken(
      rule = Rule.P5,
      test = "p5_everyPassEnds",
      says = {"in step", "of the walk with seed"})
  static class WalksForEver extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          return failure.queue() == QueueRole.HOLD && failure.attempts() == 0
              ? Routing.requeueFirst()
              : super.route(record, failure, queues);
        }

        @Override
        public boolean walksOnce() {
          return false;
        }
      };
    }
  }

  @Broken(
      rule = Rule.P6,
      test = "p6_queuesStayWithinTheLimit",
      says = {"most records in the hold queue, limit 5", "of the walk with seed"})
  static class HoldsWithoutLimit extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          Routing routing = super.route(record, failure, queues);
          return routing.target() == Target.HOLD_QUEUE ? HOLD_WITHOUT_LIMIT : routing;
        }
      };
    }
  }

  @Broken(
      rule = Rule.P7,
      test = "p7_theViewIsNotKept",
      says = "the view was used after route had answered")
  static class KeepsTheView extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        private @Nullable QueueView first;

        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          if (first == null) {
            first = queues;
          }
          boolean room = first.hasRoom(QueueRole.HOLD);
          return room || failure.tried() ? super.route(record, failure, queues) : Routing.drop();
        }
      };
    }
  }

  @Broken(
      rule = Rule.P8,
      test = "p8_walksOnceAndStopsPassAlwaysSayTheSame",
      says = "stopsPass(), after record")
  static class ChangesItsMind extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        private boolean failed;

        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          failed |= failure.error() == SendError.EAGAIN;
          return super.route(record, failure, queues);
        }

        @Override
        public boolean stopsPass() {
          return failed;
        }
      };
    }
  }

  @Broken(
      rule = Rule.P11,
      test = "p11_keepsOrderIsTrueOnlyWhereTheOrderIsKept",
      says = {"it is true, and: ", "of the walk with seed"})
  static class SaysThatItKeepsOrder extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public boolean keepsOrder() {
          return true;
        }
      };
    }
  }

  @Broken(
      rule = Rule.P9,
      test = "p9_orderIsKeptIfItIsPromised",
      says = {"delivered in the end", "of the walk with seed"})
  static class PromisesOrder extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain();
    }

    @Override
    protected boolean keepsOrder() {
      return true;
    }
  }

  @Broken(
      rule = Rule.P1,
      test = "p1_thereIsAnAnswerInEveryWalk",
      says = {"route threw java.lang.ArithmeticException", "in MAIN", "of the walk with seed"})
  static class DividesByWhatWaits extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          int waiting = queues.size(QueueRole.MAIN) - queues.size(QueueRole.HOLD);
          return waiting != 0 && 10 / (waiting - 1) == 0
              ? Routing.drop()
              : super.route(record, failure, queues);
        }
      };
    }
  }

  @Broken(
      rule = Rule.P4,
      test = "p4_routeRestSaysWhatRouteWouldSay",
      says = {"routeRest, compared with route for record", "res=failed"})
  static class KeepsFailedLogins extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          return !failure.tried() && !record.text().contains("res=failed")
              ? Routing.drop()
              : super.route(record, failure, queues);
        }

        @Override
        public Routing routeRest(FailedSend failure) {
          return Routing.drop();
        }
      };
    }
  }

  @Broken(
      rule = Rule.P10,
      test = "p10_answersComeAtOnce",
      says = {"questions took", "an answer should take microseconds"})
  static class PausesBeforeItTriesAgain extends Base {
    @Override
    protected Duration patience() {
      return Duration.ofMillis(100);
    }

    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
          return super.route(record, failure, queues);
        }
      };
    }
  }

  @Broken(
      rule = Rule.P10,
      test = "p3_whatCannotSucceedIsNotSentAgain",
      says = {"questions took", "the thread stands at", "parkNanos"})
  static class WaitsForTheDaemon extends Base {
    @Override
    protected Duration patience() {
      return Duration.ofMillis(100);
    }

    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
          while (failure.error() == SendError.EPERM && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
          }
          return super.route(record, failure, queues);
        }
      };
    }
  }

  @Broken(
      rule = Rule.P5,
      test = "p5_aRecordIsNotPutInFrontOfTheWalkForEver",
      says = {"for as long as it is asked", "keepPlace"})
  static class StaysInFront extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          return Routing.requeueFirst();
        }

        @Override
        public @Nullable Routing routeRest(FailedSend failure) {
          return null;
        }
      };
    }
  }

  @Broken(
      rule = Rule.P2,
      test = "p2_aRowOfAttemptsComesToAnEnd",
      says = {"attempts in a row, as quick as they fail", "EAGAIN"})
  static class TriesForAMinute extends Base {
    @Override
    protected ErrorPolicy newPolicy() {
      return new Plain() {
        private long endNs;

        @Override
        public Routing route(AuditRecord record, FailedSend failure, QueueView queues) {
          if (failure.attempts() == 1) {
            endNs = System.nanoTime() + Duration.ofMinutes(1).toNanos();
          }
          return failure.tried() && failure.error().isTransient() && System.nanoTime() - endNs < 0
              ? Routing.sendAgain()
              : super.route(record, failure, queues);
        }
      };
    }
  }
}
