// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.RecordType;
import io.kauditd.testkit.CollectingSink;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that listens on a Unix socket while it has no file descriptors left for its clients;
 * see {@link UnixSourceTest}.
 */
final class FewDescriptorsChild {
  private FewDescriptorsChild() {}

  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[0]);
    var address = UnixDomainSocketAddress.of(path);
    var sink = new CollectingSink();
    var source =
        new UnixSource(path, UnixSource.Access.OWNER, 1000, LineRules.of(RecordType.TRUSTED_APP));
    try (var running = Running.start(source, sink)) {
      running.awaitBlocked("select");
      // Once in full, so that all classes are loaded before there is no descriptor to do it with.
      try (var first = SocketChannel.open(address)) {
        send(first, "first\n");
        sink.await(1);
      }
      send(SocketChannel.open(address), "second\n");
      sink.await(2);
      List<FileInputStream> fillers = fill();
      fillers.removeLast().close();
      SocketChannel client = SocketChannel.open(address); // takes the last
      sink.awaitProblem("could not connect");
      running.awaitBlocked("select");
      for (FileInputStream filler : fillers) {
        filler.close();
      }
      send(client, "third\n");
      sink.await(3);
      System.out.println(sink.problems().size() + " report: " + sink.problems().getFirst());
    }
  }

  private static List<FileInputStream> fill() {
    var fillers = new ArrayList<FileInputStream>();
    try {
      while (true) {
        fillers.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException e) {
      return fillers; // there are no more
    }
  }

  private static void send(SocketChannel client, String text) throws IOException {
    client.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }
}
