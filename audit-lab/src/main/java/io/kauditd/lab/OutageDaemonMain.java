// SPDX-License-Identifier: Apache-2.0
package io.kauditd.lab;

import io.kauditd.api.AuditRecord;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Json;
import io.kauditd.spi.RecordSink;
import io.kauditd.transport.netlink.PeerDaemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Scanner;
import org.jspecify.annotations.Nullable;

/**
 * The daemon that {@code audit outage} starts, stops and continues, in a process of its own. It
 * reads and counts records until its standard input ends. Then it reads what has reached its
 * socket, and prints the counts.
 */
final class OutageDaemonMain {
  /** What a socket has without privileges, and auditd's has too: some 500 records. */
  private static final int RECEIVE_BUFFER_BYTES = 212_992;

  private static final Duration WATCH_INTERVAL = Duration.ofMillis(100);

  /** How long it reads on, at the end, for what it was told there is. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long LOOK_MS = 5;

  private OutageDaemonMain() {}

  /** Takes the engine's netlink port. Ends with 0, or with 3 if there was no daemon to be. */
  public static void main(String[] args) {
    System.exit(run(Long.parseLong(args[0])));
  }

  private static int run(long port) {
    PeerDaemon daemon =
        PeerDaemon.builder()
            .enginePort(port)
            .receiveBufferBytes(RECEIVE_BUFFER_BYTES)
            .watchInterval(WATCH_INTERVAL)
            .build();
    var counts = new Counts();
    Thread.ofPlatform()
        .name("end-of-input")
        .daemon(true)
        .start(() -> closeAtEndOfInput(daemon, counts));
    String failure = null;
    try {
      daemon.run(counts);
    } catch (IOException e) {
      failure = String.valueOf(e.getMessage());
    }
    System.out.println(counts.json(failure));
    return failure == null ? ExitCode.OK : ExitCode.INPUT_OUTPUT;
  }

  /** The last line of its input says how many records were sent to it; all of them are read. */
  private static void closeAtEndOfInput(PeerDaemon daemon, Counts counts) {
    try (var in = new Scanner(System.in, StandardCharsets.UTF_8)) {
      long sent = in.hasNextLong() ? in.nextLong() : 0;
      long endNs = System.nanoTime() + PATIENCE.toNanos();
      while (counts.read < sent && System.nanoTime() < endNs) {
        Thread.sleep(LOOK_MS);
      }
    } catch (InterruptedException e) {
      // It ends either way.
    }
    daemon.close();
  }

  /** Counts records, and those that come after a later one. One thread writes. */
  private static final class Counts implements RecordSink {
    private volatile long read;
    private long outOfOrder;
    private long lastSerial;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public boolean accept(AuditRecord record) {
      if (record.serial() < lastSerial) {
        outOfOrder++;
      }
      lastSerial = Math.max(lastSerial, record.serial());
      read++;
      return true;
    }

    @Override
    public boolean acceptNow(AuditRecord record) {
      return accept(record);
    }

    @Override
    public long nextSerial() {
      return 1;
    }

    /** Problems are missing serials, so lost records, which the engine counts itself. */
    @Override
    public void problem(String what) {}

    String json(@Nullable String failure) {
      var json = new LinkedHashMap<String, @Nullable Object>();
      json.put("read", read);
      json.put("outOfOrder", outOfOrder);
      json.put("failure", failure);
      return Json.write(json);
    }
  }
}
