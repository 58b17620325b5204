// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.spi.ErrorPolicy;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The four policies that come along. */
class BuiltInPoliciesContractTest {
  @Nested
  class Mainline extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return KernelPolicy.MAINLINE;
    }
  }

  @Nested
  class Rfc extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return KernelPolicy.RFC;
    }
  }

  @Nested
  class Before extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return KernelPolicy.V5_16;
    }

    @Override
    protected Map<String, String> deviations() {
      return Map.of(
          "P5", "5.16 walks a queue until it is empty, which is why it was patched",
          "P6", "5.16 has no limit for the retry queue, nor for a hold queue that it refills");
    }
  }

  @Nested
  class Ordered extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return new OrderedPolicy();
    }

    @Override
    protected boolean keepsOrder() {
      return true;
    }
  }

  /** What 5.16 says it does not follow it really does not. */
  static class BeforeWithoutDeviations extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return KernelPolicy.V5_16;
    }
  }

  @Test
  void theDeviationsOf516AreReal() {
    assertThat(ContractRun.of(BeforeWithoutDeviations.class).failed())
        .containsOnlyKeys(
            "p5_aRecordIsNotPutInFrontOfTheWalkForEver",
            "p5_everyPassEnds",
            "p6_queuesStayWithinTheLimit");
  }

  /** Mainline lets records overtake each other, which is why there is 'ordered'. */
  static class MainlineInOrder extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return KernelPolicy.MAINLINE;
    }

    @Override
    protected boolean keepsOrder() {
      return true;
    }
  }

  @Test
  void mainlineDoesNotKeepTheOrder() {
    var failed = ContractRun.of(MainlineInOrder.class).failed();
    for (int again = 0; again < 20 && failed.isEmpty(); again++) { // the contract looks by chance
      failed = ContractRun.of(MainlineInOrder.class).failed();
    }
    assertThat(failed).containsOnlyKeys("p9_orderIsKeptIfItIsPromised");
  }
}
