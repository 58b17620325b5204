// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static io.kauditd.queue.spool.Spools.add;
import static io.kauditd.queue.spool.Spools.numbers;
import static io.kauditd.queue.spool.Spools.open;
import static io.kauditd.queue.spool.Spools.pollAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A spool that another program has, whose files somebody takes away. */
@Timeout(120)
class SharedSpoolTest {
  @TempDir Path dir;
  private Path spool;
  private Process other;

  @BeforeEach
  void startTheOther() throws Exception {
    spool = dir.toRealPath().resolve("spool");
    other =
        new ProcessBuilder(Program.command(Holder.class, List.of(), spool.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(other.inputReader().readLine()).isEqualTo("open");
  }

  @AfterEach
  void endTheOther() throws Exception {
    other.destroyForcibly();
    assertThat(other.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  /** A program that has a spool open, and ends a pass or adds a record when it is told. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      SpoolQueue queue = open(Path.of(arguments[0]));
      add(queue, 1, 3);
      System.out.println("open");
      for (int told = System.in.read(); told >= 0; told = System.in.read()) {
        if (told == 'p') {
          queue.passEnded();
          System.out.println("passed");
        } else if (told == 'a') {
          System.out.println(added(queue));
        }
      }
    }

    private static String added(SpoolQueue queue) {
      try {
        add(queue, 4, 4);
        return "added";
      } catch (IOException e) {
        return e.toString();
      }
    }
  }

  private String tell(char what) throws IOException {
    other.getOutputStream().write(what);
    other.getOutputStream().flush();
    return other.inputReader().readLine();
  }

  private void assertRefused() {
    assertThatThrownBy(() -> open(spool).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(spool.toString())
        .hasMessageContaining("in use by");
  }

  @Test
  void twoProgramsDoNotShareOne() throws Exception {
    assertThatThrownBy(() -> open(spool).close())
        .hasMessage(
            "the spool %s is in use by process %d; end it, or choose another directory",
            spool, other.pid());
    endTheOther();
    try (SpoolQueue queue = open(spool)) { // the lock ended with the program
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 3));
    }
  }

  @Test
  void aLockThatIsRemovedKeepsOthersOutAllTheSame() throws Exception {
    Files.delete(spool.resolve("lock"));
    assertRefused();
    assertRefused(); // also with the lock that the first attempt has left
    assertThat(tell('p')).isEqualTo("passed");
    assertThat(spool.resolve("lock")).as("made again").content().isEqualTo("" + other.pid());
    assertRefused();
    assertThat(tell('a')).isEqualTo("added");
    endTheOther();
    try (SpoolQueue queue = open(spool)) {
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 4));
    }
  }

  @Test
  void aCursorThatIsRemovedIsMadeAgain() throws Exception {
    Files.delete(spool.resolve("acknowledged"));
    assertRefused();
    assertThat(tell('p')).isEqualTo("passed");
    Files.delete(spool.resolve("lock"));
    assertRefused();
    endTheOther();
    try (SpoolQueue queue = open(spool)) {
      assertThat(queue.lost()).isZero();
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 3));
    }
  }

  @Test
  void whoeverHasLostBothFilesToAnotherProgramTakesNothingAnyMore() throws Exception {
    Files.delete(spool.resolve("lock"));
    Files.delete(spool.resolve("acknowledged"));
    try (SpoolQueue queue = open(spool)) {
      assertThat(pollAll(queue)).isEqualTo(numbers(1, 3));
      assertThat(tell('p')).isEqualTo("passed");
      assertThat(tell('a')).contains("in use by another program");
    }
  }

  @Test
  void aFileOfAnotherKindInTheirPlaceIsNamed() throws Exception {
    endTheOther();
    for (String name : new String[] {"lock", "acknowledged"}) {
      Path file = spool.resolve(name);
      Path kept = Files.move(file, spool.resolve("kept"));
      Files.createDirectory(file);
      assertThatThrownBy(() -> open(spool).close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + " is not a plain file; move it elsewhere");
      Files.delete(file);
      Files.move(kept, file);
    }
    open(spool).close();
  }
}
