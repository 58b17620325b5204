// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RoutingTest {
  private static final List<Routing> STAYING =
      List.of(
          Routing.sendAgain(), Routing.requeueLast(), Routing.requeueFirst(), Routing.keepPlace());

  private static void assertRouting(
      Routing routing, boolean printed, boolean onlyIfDefault, boolean bounded, boolean whenFull) {
    assertThat(routing.printed()).as("printed").isEqualTo(printed);
    assertThat(routing.onlyIfAuditDefault()).as("onlyIfAuditDefault").isEqualTo(onlyIfDefault);
    assertThat(routing.bounded()).as("bounded").isEqualTo(bounded);
    assertThat(routing.printedOnOverflow()).as("printedOnOverflow").isEqualTo(whenFull);
  }

  @Test
  void theUsualAnswersAreTheKernels() {
    assertThat(Routing.toRetry().target()).isEqualTo(Routing.Target.RETRY_QUEUE);
    assertRouting(Routing.toRetry(), false, false, true, true);
    assertThat(Routing.toHold().target()).isEqualTo(Routing.Target.HOLD_QUEUE);
    assertRouting(Routing.toHold(), true, true, true, false);
  }

  @Test
  void changesComeInCopies() {
    Routing retry = Routing.toRetry();
    assertRouting(retry.unbounded().unprinted(), false, false, false, false);
    assertRouting(retry.printedFirst().onlyWithAuditDefault(), true, true, true, false);
    assertRouting(Routing.toHold().unprinted().always(), false, false, true, false);
    assertRouting(Routing.toHold().printedWhenFull(), false, true, true, true);
    assertRouting(Routing.drop().printedFirst(), true, false, false, false);
    assertThat(retry).isEqualTo(Routing.toRetry()).isNotEqualTo(retry.unbounded());
    assertThat(retry.unprinted().printedWhenFull()).isEqualTo(retry);
  }

  @Test
  void whatATargetHasNoUseForIsRefused() {
    for (Routing routing : STAYING) {
      assertUnfit(routing, Routing::printedFirst);
      assertUnfit(routing, Routing::printedWhenFull);
      assertUnfit(routing, Routing::unbounded);
      assertUnfit(routing, Routing::onlyWithAuditDefault);
      assertThat(routing.unprinted().always()).isEqualTo(routing);
    }
    assertUnfit(Routing.drop(), Routing::printedWhenFull);
    assertUnfit(Routing.drop(), Routing::unbounded);
    assertUnfit(Routing.drop(), Routing::onlyWithAuditDefault);
  }

  private static void assertUnfit(Routing routing, UnaryOperator<Routing> change) {
    assertThatThrownBy(() -> change.apply(routing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(routing.target() + ": ");
  }

  @Test
  void saysWhatItIs() {
    assertThat(Routing.toRetry()).hasToString("RETRY_QUEUE, bounded, printed when full");
    assertThat(Routing.toHold())
        .hasToString("HOLD_QUEUE, bounded, only with auditDefault, printed first");
    assertThat(Routing.keepPlace()).hasToString("KEEP_PLACE");
  }
}
