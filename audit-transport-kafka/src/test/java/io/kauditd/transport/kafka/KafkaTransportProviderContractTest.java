// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.PluginProvider;
import io.kauditd.testkit.PluginProviderContract;
import java.util.Map;

class KafkaTransportProviderContractTest extends PluginProviderContract {
  @Override
  protected PluginProvider newProvider() {
    return new KafkaTransportProvider();
  }

  @Override
  protected Map<String, String> someOptions() {
    return Map.of("topic", "audit", "bootstrap", "localhost:9092");
  }
}
