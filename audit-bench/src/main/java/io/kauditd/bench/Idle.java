// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * How often the threads of a relay wake up while nothing is logged, from what Linux counts as
 * voluntary context switches. A program of its own; prints a line for each relay.
 */
final class Idle {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final int SECONDS = 3;

  /** Threads of the virtual machine that may come and go. */
  private static final String[] NOT_OURS = {"C1 ", "C2 ", "G1 ", "GC ", "VM ", "Sweeper"};

  private Idle() {}

  /** The names of relays. */
  public static void main(String[] args) throws IOException {
    for (String name : args) {
      Map<String, Long> before = wakeUps();
      try (Relay relay = Relays.toNowhere(name)) {
        for (int i = 0; i < 1000; i++) {
          relay.put();
        }
        relay.flush();
        rest(1);
        Map<String, Long> start = wakeUps();
        rest(SECONDS);
        long count = 0;
        for (var task : wakeUps().entrySet()) {
          if (!before.containsKey(task.getKey())) {
            count += task.getValue() - start.getOrDefault(task.getKey(), 0L);
          }
        }
        System.out.println(name + " " + (double) count / SECONDS);
      }
    }
  }

  private static void rest(int seconds) {
    long endNs = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < endNs) {
      LockSupport.parkNanos(endNs - System.nanoTime());
    }
  }

  /** The voluntary context switches of each thread that is not the virtual machine's. */
  static Map<String, Long> wakeUps() throws IOException {
    var result = new HashMap<String, Long>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
      for (Path task : tasks) {
        try {
          addWakeUps(task, result);
        } catch (IOException e) {
          if (Files.exists(task)) { // or it has ended just now
            throw e;
          }
        }
      }
    }
    return result;
  }

  private static void addWakeUps(Path task, Map<String, Long> result) throws IOException {
    String name = Files.readString(task.resolve("comm"));
    for (String prefix : NOT_OURS) {
      if (name.startsWith(prefix)) {
        return;
      }
    }
    for (String line : Files.readAllLines(task.resolve("status"))) {
      if (line.startsWith("voluntary_ctxt_switches:")) {
        result.put(
            String.valueOf(task.getFileName()),
            Long.parseLong(line.substring(line.indexOf(':') + 1).strip()));
      }
    }
  }
}
