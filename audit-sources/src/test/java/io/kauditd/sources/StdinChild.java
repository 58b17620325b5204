// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.RecordType;
import io.kauditd.testkit.CollectingSink;

/** A program that prints the records of its standard input; see {@link StdinSourceTest}. */
final class StdinChild {
  private StdinChild() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("files")) {
      System.out.println(new StdinSource(LineRules.of(RecordType.TRUSTED_APP)).files());
      return;
    }
    var sink = new CollectingSink();
    var running = Running.start(new StdinSource(LineRules.of(RecordType.TRUSTED_APP)), sink);
    if (arguments.length > 0) {
      sink.await(1);
      running.awaitBlocked("read0");
      running.end();
      sink.texts().forEach(System.out::println);
      System.out.println("closed");
    } else {
      running.join();
      sink.texts().forEach(System.out::println);
    }
    System.out.println("ended");
  }
}
