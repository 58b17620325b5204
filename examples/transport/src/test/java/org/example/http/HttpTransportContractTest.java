// SPDX-License-Identifier: Apache-2.0
package org.example.http;

import io.kauditd.spi.Transport;
import io.kauditd.testkit.TransportContract;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The rules for transports, against a real server. */
class HttpTransportContractTest extends TransportContract {
  private final Collector collector = new Collector();

  @AfterEach
  void closeCollector() {
    collector.close();
  }

  @Override
  protected Transport newTransport() {
    return new HttpTransport(URI.create(collector.url()), "", sendTimeout());
  }

  @Override
  protected Duration sendTimeout() {
    return Duration.ofSeconds(1);
  }

  @Override
  protected List<String> arrived() {
    return collector.lines().stream()
        .map(line -> line.substring(line.indexOf("): ") + "): ".length()))
        .toList();
  }

  @Override
  protected boolean takenMeansArrived() {
    return true;
  }

  @Override
  protected boolean stopDaemon() {
    collector.stop();
    return true;
  }

  @Override
  protected void startDaemon() {
    collector.start();
  }

  @Override
  protected boolean stallDaemon() {
    collector.stall();
    return true;
  }

  @Override
  protected void resumeDaemon() {
    collector.resume();
  }

  @Override
  protected boolean loseAcknowledgements() {
    collector.mute();
    return true;
  }

  @Override
  protected void acknowledgeAgain() {
    collector.resume();
  }
}
