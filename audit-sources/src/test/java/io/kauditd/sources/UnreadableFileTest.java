// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.fixtures.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A followed file that cannot be read for a while, or any more, as on a bad disk or a server that
 * is away. strace(1) has the calls fail.
 */
@Timeout(180)
class UnreadableFileTest {
  private static final String FAILS = "Input/output error";

  @TempDir Path dir;
  private Path log;
  private Path out;

  @BeforeEach
  void name() throws IOException {
    log = dir.resolve("app.log");
    out = dir.resolve("out.log");
    Files.writeString(log, line(1));
  }

  private static String line(int number) {
    return "type=USER_LOGIN msg=audit(1.000:" + number + "): n=" + number + "\n";
  }

  /** Follows the log; reads of one path fail, those with the numbers given. */
  private Process follow(Path unreadable, String which) throws Exception {
    var strace =
        new ArrayList<>(
            List.of("strace", "-f", "-qq", "-o", dir.resolve("trace").toString(), "-P"));
    strace.addAll(
        List.of(
            unreadable.toString(), "-e", "trace=readv", "-e", "inject=readv:error=EIO:when=1+"));
    var tried = new ArrayList<>(strace);
    tried.add("true");
    try {
      assumeTrue(
          new ProcessBuilder(tried)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0,
          "skipped: strace may not trace here");
    } catch (IOException e) {
      assumeTrue(false, "skipped: there is no strace");
    }
    strace.set(strace.size() - 1, "inject=readv:error=EIO:when=" + which);
    strace.addAll(FollowerChild.command(log, out, dir.resolve("checkpoint")));
    return FollowerChild.begin(
        new ProcessBuilder(strace)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("said").toFile())
            .start());
  }

  /**
   * Ends the follower, which outlives a strace that is killed and writes on; strace ends with it.
   */
  private static void end(Process strace) throws Exception {
    List<ProcessHandle> followers = strace.descendants().toList();
    followers.forEach(ProcessHandle::destroyForcibly);
    if (followers.isEmpty()) {
      strace.destroyForcibly();
    }
    strace.waitFor();
  }

  private String delivered() throws IOException {
    return Files.exists(out) ? Files.readString(out) : "";
  }

  private List<String> said() throws IOException {
    return Files.readAllLines(dir.resolve("said")).stream()
        .filter(line -> line.startsWith("cannot read"))
        .toList();
  }

  private void append(Path file, int number) throws IOException {
    Files.writeString(file, line(number), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void aFileThatCannotBeReadForAWhileIsReadOn() throws Exception {
    Process follower = follow(log, "2..20");
    try {
      Await.until(this::delivered, text -> text.equals(line(1)));
      append(log, 2);
      Await.until(this::delivered, text -> text.equals(line(1) + line(2)));
      assertThat(said())
          .containsExactly("cannot read " + log + " behind byte 40: " + FAILS + "; trying again");
    } finally {
      end(follower);
    }
  }

  @Test
  void aRotatedFileThatCannotBeReadAnyMoreIsGivenUpAndTheNextIsRead() throws Exception {
    Path rotated = dir.resolve("app.log.1");
    Process follower = follow(rotated, "1+");
    try {
      Await.until(this::delivered, text -> text.equals(line(1)));
      Files.move(log, rotated);
      append(rotated, 2);
      append(log, 3);
      Await.until(this::delivered, text -> text.equals(line(1) + line(3)));
      append(log, 4);
      Await.until(this::delivered, text -> text.endsWith(line(4)));
      assertThat(delivered()).isEqualTo(line(1) + line(3) + line(4));
      assertThat(said())
          .hasSize(2)
          .allMatch(text -> text.contains(" behind byte 40: " + FAILS))
          .last()
          .asString()
          .endsWith("; it is given up, and what is behind that is in no record");
    } finally {
      end(follower);
    }
  }
}
