// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.core.NullTransport;
import io.kauditd.spi.Transport;

class NullTransportContractTest extends TransportContract {
  @Override
  protected Transport newTransport() {
    return new NullTransport();
  }
}
