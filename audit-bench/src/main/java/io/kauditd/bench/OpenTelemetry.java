// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * OpenTelemetry's batch processor. It never waits for room but drops, and counts that in a metric:
 * where its producers are to wait, they count what is under way themselves.
 */
final class OpenTelemetry implements Relay {
  private final boolean waits;
  private final Taken taken;
  private final AtomicLong put = new AtomicLong();
  private final SdkLoggerProvider provider;
  private final Logger logger;

  OpenTelemetry(boolean waits, Taken taken) {
    this.waits = waits;
    this.taken = taken;
    this.provider =
        SdkLoggerProvider.builder()
            .addLogRecordProcessor(
                BatchLogRecordProcessor.builder(new Counting(taken))
                    .setMaxQueueSize(CAPACITY)
                    .build())
            .build();
    this.logger = provider.get("bench");
  }

  @Override
  public void put() {
    if (waits) {
      long number = put.getAndIncrement();
      while (number - taken.get() >= CAPACITY / 2) {
        Spinning.pause();
      }
    }
    logger.logRecordBuilder().setSeverity(Severity.INFO).setBody(Payload.TEXT).emit();
  }

  @Override
  public long taken() {
    return taken.get();
  }

  @Override
  public void flush() {
    provider.forceFlush().join(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    provider.close();
  }

  private record Counting(Taken taken) implements LogRecordExporter {
    @Override
    public CompletableResultCode export(Collection<LogRecordData> logs) {
      taken.add(logs.size());
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
