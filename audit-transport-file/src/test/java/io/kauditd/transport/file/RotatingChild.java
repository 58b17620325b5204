// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.fixtures.Child;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.spi.SendResult;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * A program that writes records to a log which is rotated and compressed, until it is killed, and
 * tells after each batch which one comes next; see {@link RotationKillTest}.
 */
final class RotatingChild {
  private static final int MOST = 300_000;

  private RotatingChild() {}

  /** How parent and child build the transport. */
  static FileTransport transport(Path log, Compression compression) {
    return FileTransport.builder(log)
        .flush(FlushMode.DATA)
        .maxSizeBytes(32 * 1024)
        .keep(999)
        .compression(compression)
        .build();
  }

  /** The log, the compression, the first serial and a seed. */
  public static void main(String[] arguments) throws IOException {
    Child.endsWithItsParent();
    Path log = Path.of(arguments[0]);
    var random = new Random(Long.parseLong(arguments[3]));
    try (var out = new FileOutputStream(FileDescriptor.out);
        var transport = transport(log, Compression.valueOf(arguments[1]))) {
      Logs.open(transport);
      int next = Integer.parseInt(arguments[2]);
      out.write((next + ".\n").getBytes(US_ASCII));
      for (int end = next + MOST; next < end; ) {
        if (random.nextInt(100) == 0) {
          transport.rotate();
        }
        SendResult result =
            transport.send(ListBatch.ofSerials(next, next + 1 + random.nextInt(200)));
        next += result.taken();
        out.write((next + ".\n").getBytes(US_ASCII)); // one system call, nothing kept back
      }
    }
  }
}
