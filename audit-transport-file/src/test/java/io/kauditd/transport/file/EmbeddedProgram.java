// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.api.RecordType;
import io.kauditd.core.Kauditd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;

/** An application with an engine, as {@link EmbeddedTest} starts it: LOG RECORDS HOW-IT-ENDS. */
final class EmbeddedProgram {
  private static final int THREADS = 200;

  private EmbeddedProgram() {}

  private static void log(Kauditd audit, int number) {
    audit
        .record(RecordType.USER_LOGIN)
        .field("op", "login")
        .field("number", number)
        .text("acct", "somebody with a name of some length, such as people have them")
        .result(true)
        .log();
  }

  /** Logs from virtual threads and ends. */
  public static void main(String[] args) throws Exception {
    int records = Integer.parseInt(args[1]);
    Kauditd audit =
        Kauditd.builder()
            .transport("file", FileTransport.builder(Path.of(args[0])).build())
            .start();
    if (args[2].equals("hook")) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> logInHook(audit, records)));
      System.out.println("ends");
      return;
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < THREADS; t++) {
        int first = t;
        threads.execute(() -> {
          for (int i = first; i < records; i += THREADS) {
            log(audit, i);
          }
        });
      }
    }
    System.out.println("logged " + audit.status().ledger().logged());
    switch (args[2]) {
      case "close", "close soon" -> {
        var end = audit.close(Duration.ofSeconds(args[2].equals("close") ? 30 : 1));
        System.out.println("lost " + end.lost() + " delivered " + end.ledger().delivered());
      }
      case "exit" -> System.exit(3);
      case "wait" -> Thread.sleep(Duration.ofMinutes(1));
      default -> {} // main returns
    }
  }

  /** What a web server does that is shut down: its last requests are still logged. */
  private static void logInHook(Kauditd audit, int records) {
    for (int i = 0; i < records; i++) {
      log(audit, i);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
