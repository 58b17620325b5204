// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A place in the queue that was claimed is filled, however little stack its producer has left. */
class BrinkTest {
  private static final AuditRecord RECORD = AuditRecord.of(1112, 1, 1, "x");

  @Test
  @Tag(Deep.TAG)
  void anApplicationThatRecursesWithoutEndLosesNothing() throws Exception {
    try (DeepSearch threads = Deep.search("threads that recurse without end", 40, 2_000, 20_000)) {
      assertThat(BrinkProgram.run(threads.count())).isEqualTo("ok");
      threads.tried(threads.count());
    }
  }

  @Test
  @Tag(Deep.TAG)
  void norDoesOneThatIsInterpreted() throws Exception {
    try (DeepSearch threads = Deep.search("interpreted threads that do", 10, 500, 5_000)) {
      assertThat(runInProcess("-Xint", threads.count())).isEqualTo("ok");
      threads.tried(threads.count());
    }
  }

  private static String runInProcess(String option, long threads) throws IOException {
    List<String> command =
        Program.commandWithOnly(
            List.of(option, "-Xmx256m"), BrinkProgram.class, String.valueOf(threads));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (Reader out = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
      return out.readAllAsString().strip();
    } finally {
      process.destroyForcibly();
    }
  }

  /** The queue by itself: each addition came to its end, or claimed nothing. */
  @Test
  void theQueueHasNoHoles() throws Exception {
    var queue = new MemoryQueue();
    int holes = 0;
    for (int n = 0; n < 200 && holes == 0; n++) {
      var thread = new Thread(null, () -> fill(queue), "brink", 128 * 1024 + 8L * n);
      thread.start();
      thread.join();
      while (queue.size() > 0 && holes == 0) {
        if (queue.poll() == null) {
          holes++;
        } else {
          queue.acknowledge(1);
        }
      }
    }
    assertThat(holes).isZero();
    assertThat(queue.added()).isPositive();
  }

  private static void fill(MemoryQueue queue) {
    try {
      deeper(queue);
    } catch (StackOverflowError e) {
      return; // as it must come
    }
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static void deeper(MemoryQueue queue) {
    queue.add(RECORD, Integer.MAX_VALUE);
    deeper(queue);
  }
}
