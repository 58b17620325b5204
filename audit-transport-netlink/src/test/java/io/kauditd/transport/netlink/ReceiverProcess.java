// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.plugin.StubSink;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A daemon or a listener that writes each record to a file at once, unbuffered. */
final class ReceiverProcess {
  private ReceiverProcess() {}

  public static void main(String[] args) throws IOException {
    try (OutputStream out = new FileOutputStream(args[3])) {
      PeerDaemon.builder()
          .enginePort(Long.parseLong(args[0]))
          .mode(PeerDaemon.Mode.valueOf(args[1]))
          .receiveBufferBytes(Integer.parseInt(args[2]))
          .watchInterval(Duration.ofMillis(100))
          .build()
          .run(new FileSink(out));
    } catch (NetlinkException e) {
      System.out.println(e.getMessage());
      System.exit(3);
    }
  }

  private static final class FileSink extends StubSink {
    private final OutputStream out;

    FileSink(OutputStream out) {
      this.out = out;
    }

    @Override
    public boolean accept(AuditRecord record) {
      write(record.text());
      return true;
    }

    @Override
    public void problem(String problem) {
      write("problem: " + problem);
    }

    private void write(String line) {
      try {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
