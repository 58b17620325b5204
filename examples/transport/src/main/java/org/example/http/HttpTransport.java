// SPDX-License-Identifier: Apache-2.0
package org.example.http;

import io.kauditd.api.AuditLineEncoder;
import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts batches of audit lines to a collector. The status code is the acknowledgement: with 2xx the
 * whole batch was taken, with anything else none of it.
 *
 * <p>Everything that was posted is settled when {@link #send} returns: acknowledged, refused, or in
 * doubt. So nothing has to be kept from one call to the next.
 */
final class HttpTransport implements Transport {
  private static final int BATCH_RECORDS = 500;
  private static final int BATCH_BYTES = 256 * 1024;
  private static final Duration OPEN = Duration.ofMillis(900); // T3: a second at most
  private static final Duration CLOSE = Duration.ofMillis(500);

  private final URI collector;
  private final String token;
  private final Duration sendTimeout;
  private final AuditLineEncoder encoder = new AuditLineEncoder();
  private final ByteBuffer lines = ByteBuffer.allocate(BATCH_BYTES);
  private final int[] ends = new int[BATCH_RECORDS + 1]; // of each line, behind a 0

  private HttpClient client;

  /**
   * A transport that is not connected.
   *
   * @param token what is sent as {@code Authorization: Bearer}; empty for nothing
   * @param sendTimeout how long an answer is waited for
   */
  HttpTransport(URI collector, String token, Duration sendTimeout) {
    this.collector = collector;
    this.token = token;
    this.sendTimeout = sendTimeout;
  }

  /** Posts nothing, to see who answers. */
  @Override
  public OpenResult open(TransportContext context) {
    reset();
    client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(OPEN).build();
    Answer answer = post(0, 0, System.nanoTime() + OPEN.toNanos());
    return answer.isTaken()
        ? OpenResult.connected()
        : OpenResult.failed(collector + ": " + answer.words());
  }

  @Override
  public SendResult send(RecordBatch batch) {
    boolean tooLong = false;
    int count = 0;
    lines.clear();
    while (count < BATCH_RECORDS && lines.remaining() >= AuditLineEncoder.MAX_LINE_BYTES) {
      AuditRecord record = batch.next();
      if (record == null) {
        break;
      }
      tooLong = encoder.encode(record, lines) == AuditLineEncoder.TOO_LONG;
      if (tooLong) {
        break;
      }
      ends[++count] = lines.position();
    }
    SendResult sent = count == 0 ? null : post(count);
    if (tooLong && (sent == null || sent.error() == null)) {
      return SendResult.failed(count, SendError.REJECTED, "a record is longer than a line may be");
    }
    return sent;
  }

  private SendResult post(int count) {
    long endNs = System.nanoTime() + sendTimeout.toNanos();
    Answer all = post(0, count, endNs);
    if (all.isTaken()) {
      return SendResult.sent(count);
    }
    if (all.error() != SendError.REJECTED || count == 1) {
      return failed(0, all, count);
    }
    for (int i = 0; i < count; i++) { // which of them is it?
      Answer one = post(i, i + 1, endNs);
      if (!one.isTaken()) {
        return failed(i, one, 1);
      }
    }
    return SendResult.sent(count);
  }

  private SendResult failed(int taken, Answer answer, int posted) {
    return SendResult.failed(taken, answer.error(), collector + ": " + answer.words())
        .withInDoubt(answer.mayHaveArrived() ? posted : 0);
  }

  /** Posts the lines from one number to another, and waits for the answer until the end. */
  private Answer post(int from, int to, long endNs) {
    if (client == null) {
      return Answer.notConnected();
    }
    var request =
        HttpRequest.newBuilder(collector)
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofByteArray(lines.array(), ends[from], ends[to] - ends[from]));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    boolean interrupted = Thread.interrupted(); // it is the engine's, and would end the wait
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request.build(), BodyHandlers.discarding());
    try {
      long leftNs = endNs - System.nanoTime();
      return Answer.of(answer.get(Math.max(0, leftNs), TimeUnit.NANOSECONDS).statusCode());
    } catch (TimeoutException e) {
      answer.cancel(true); // closes the connection
      return Answer.noneInTime();
    } catch (ExecutionException e) {
      return Answer.of(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      interrupted = true;
      return Answer.noneInTime();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void reset() {
    if (client != null) {
      client.shutdownNow();
      client = null;
    }
  }

  @Override
  public void close() {
    HttpClient open = client;
    reset();
    if (open != null) {
      try {
        open.awaitTermination(CLOSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
