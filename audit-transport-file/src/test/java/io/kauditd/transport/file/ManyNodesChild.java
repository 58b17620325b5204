// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.fixtures.plugin.Configured;
import io.kauditd.fixtures.plugin.ListBatch;
import io.kauditd.fixtures.plugin.NoEngine;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.stream.Stream;

/**
 * A program that writes a record of each of many hosts, twice, while the rest of it holds many
 * descriptors, and says what came of it. What fails with EAGAIN is tried once more.
 */
final class ManyNodesChild {
  private ManyNodesChild() {}

  /**
   * Writes.
   *
   * @param arguments the path with the node in it, how many hosts, how many descriptors of the
   *     process are left to the logs
   */
  public static void main(String[] arguments) throws IOException {
    int hosts = Integer.parseInt(arguments[1]);
    var others = new ArrayList<FileChannel>();
    try (Transport files = Configured.transport(new FileTransportProvider(), arguments[0])) {
      files.open(new NoEngine());
      SendResult first = send(files, 0, "first"); // the classes that it takes are there
      while (left() > Integer.parseInt(arguments[2])) {
        others.add(FileChannel.open(Path.of("/dev/null"), StandardOpenOption.READ));
      }
      for (int i = 0; i < 2 * hosts && first.error() == null; i++) {
        SendResult result = send(files, i + 1, "host" + i % hosts);
        if (result.error() != null) {
          System.out.println(i + ": " + result);
          return;
        }
      }
      System.out.println("all");
      for (FileChannel each : others) {
        each.close();
      }
    }
  }

  private static SendResult send(Transport files, long serial, String node) {
    var record = ListBatch.record(serial).withHead("node=" + node + " type=USER_LOGIN");
    SendResult result = files.send(ListBatch.of(record));
    return result.error() == SendError.EAGAIN ? files.send(ListBatch.of(record)) : result;
  }

  private static long left() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return Descriptors.limit() - open.count();
    }
  }
}
