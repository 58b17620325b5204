// SPDX-License-Identifier: Apache-2.0
package org.example.shed;

import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.ErrorPolicyContract;
import io.kauditd.testkit.PluginProviderContract;
import org.junit.jupiter.api.Nested;

/**
 * The rules P1 to P11, over two policies and with marks that are met all the time; and G1 to G6.
 */
class ShedPolicyContractTest {
  /** The contract's own records count as chatty here. */
  private static ErrorPolicy over(ErrorPolicy base) {
    return new ShedPolicy(base, Priorities.of("USER_LOGIN", "TRUSTED_APP"), 20, 60);
  }

  @Nested
  class OverMainline extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return over(KernelPolicy.MAINLINE);
    }
  }

  @Nested
  class OverOrdered extends ErrorPolicyContract {
    @Override
    protected ErrorPolicy newPolicy() {
      return over(new OrderedPolicy());
    }

    @Override
    protected boolean keepsOrder() {
      return true;
    }
  }

  @Nested
  class Provider extends PluginProviderContract {
    @Override
    protected PluginProvider newProvider() {
      return new ShedPolicyProvider();
    }
  }
}
