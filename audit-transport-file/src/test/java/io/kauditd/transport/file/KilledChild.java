// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.AuditSettings;
import io.kauditd.core.Kauditd;
import io.kauditd.fixtures.Child;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendResult;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * A program that writes records until it is killed, and tells after each step how many were
 * delivered, the first time when it was one or more; see {@link KillTest}.
 */
final class KilledChild {
  /** More than are written in the time that it lives, so that memory stays bounded. */
  private static final int MOST = 3_000_000;

  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private KilledChild() {}

  public static void main(String[] arguments) throws IOException {
    Child.endsWithItsParent();
    FlushMode mode = FlushMode.valueOf(arguments[1]);
    FileTransport transport = FileTransport.builder(Path.of(arguments[2])).flush(mode).build();
    if (arguments[0].equals("TRANSPORT")) {
      throughTheTransport(transport);
    } else {
      throughTheEngine(transport);
    }
  }

  private static void say(String line) throws IOException {
    OUT.write((line + "\n").getBytes(US_ASCII)); // one system call, nothing kept back
  }

  private static void throughTheTransport(FileTransport transport) throws IOException {
    Logs.open(transport);
    var random = new Random();
    int taken = 0;
    while (taken < MOST) {
      SendResult result =
          transport.send(ListBatch.ofSerials(taken, taken + 1 + random.nextInt(2000)));
      taken += result.taken();
      say(taken + ".");
    }
  }

  private static void throughTheEngine(FileTransport transport) throws IOException {
    try (var audit =
        Kauditd.builder()
            .transport("file", transport)
            .settings(AuditSettings.DEFAULTS.withBacklogWaitTimeMs(10_000))
            .start()) {
      long told = 0;
      for (int i = 0; i < MOST; i++) {
        audit.log(ListBatch.record(i));
        if (i % 100 == 0) {
          long delivered = audit.status().ledger().delivered();
          if (delivered != told) {
            told = delivered;
            say(delivered + ".");
          }
        }
      }
    }
  }
}
