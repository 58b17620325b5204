// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.RecordType;
import io.kauditd.fixtures.Program;
import io.kauditd.testkit.CollectingSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class StdinSourceTest {
  private final CollectingSink sink = new CollectingSink();

  @Test
  void readsAChannelToItsEnd() throws Exception {
    var input = Channels.newChannel(new ByteArrayInputStream("a\nb\nc".getBytes(UTF_8)));
    new StdinSource(input, "test", LineRules.of(1120)).run(sink);
    assertThat(sink.texts()).containsExactly("a", "b", "c");
    assertThat(sink.records().getFirst().type()).isEqualTo(1120);
    assertThat(sink.problems()).hasSize(1);
  }

  @Test
  void closingEndsAReadThatWaits() throws Exception {
    Pipe pipe = Pipe.open();
    pipe.sink().write(ByteBuffer.wrap("a\nhalf".getBytes(UTF_8)));
    var source = new StdinSource(pipe.source(), "test", LineRules.of(RecordType.TRUSTED_APP));
    var running = Running.start(source, sink);
    sink.await(1);
    running.awaitBlocked("read");
    running.end();
    assertThat(sink.texts()).containsExactly("a", "half");
    pipe.sink().close();
  }

  /** As standard input is when somebody has made it non-blocking. */
  @Test
  void aChannelThatHasNothingJustNowIsNotAskedWithoutPause() throws Exception {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    var source = new StdinSource(pipe.source(), "test", LineRules.of(RecordType.TRUSTED_APP));
    try (var running = Running.start(source, sink)) {
      running.awaitBlocked("await");
      pipe.sink().write(ByteBuffer.wrap("a\n".getBytes(UTF_8)));
      sink.await(1);
    }
    pipe.sink().close();
  }

  @Test
  void aFailureIsNamed() {
    ReadableByteChannel broken =
        new ReadableByteChannel() {
          @Override
          public int read(ByteBuffer target) throws IOException {
            throw new IOException("Input/output error");
          }

          @Override
          public boolean isOpen() {
            return true;
          }

          @Override
          public void close() {}
        };
    var source = new StdinSource(broken, "standard input", LineRules.of(1));
    assertThatThrownBy(() -> source.run(sink))
        .isInstanceOf(IOException.class)
        .hasMessage("cannot read standard input: Input/output error");
  }

  /** The real standard input, in a program of its own: {@link StdinChild}. */
  private static Process child(ProcessBuilder.Redirect input, String... arguments)
      throws IOException {
    return new ProcessBuilder(Program.command(StdinChild.class, List.of(), arguments))
        .redirectInput(input)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String output(Process child) throws Exception {
    String output = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isZero();
    return output;
  }

  @Test
  void standardInputIsReadToItsEndFromAPipe() throws Exception {
    Process child = child(ProcessBuilder.Redirect.PIPE);
    try (var toChild = child.getOutputStream()) {
      toChild.write("one\ntwo\n".getBytes(UTF_8));
    }
    assertThat(output(child)).isEqualTo("one\ntwo\nended\n");
  }

  @Test
  void standardInputIsReadToItsEndFromAFile(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("in"), "one\ntwo\n");
    Process child = child(ProcessBuilder.Redirect.from(file.toFile()));
    assertThat(output(child)).isEqualTo("one\ntwo\nended\n");
  }

  /** So that no transport is told to write to it. */
  @Test
  void aFileThatStandardInputWasRedirectedFromIsNamed(@TempDir Path dir) throws Exception {
    Path file = Files.createFile(dir.resolve("in"));
    assertThat(output(child(ProcessBuilder.Redirect.from(file.toFile()), "files")))
        .isEqualTo("[/proc/self/fd/0]\n");
    assertThat(output(child(ProcessBuilder.Redirect.PIPE, "files"))).isEqualTo("[]\n");
    Path device = Path.of("/dev/null");
    assertThat(output(child(ProcessBuilder.Redirect.from(device.toFile()), "files")))
        .isEqualTo("[]\n");
  }

  @Test
  void closingEndsAReadOfStandardInputThatWaits() throws Exception {
    Process child = child(ProcessBuilder.Redirect.PIPE, "close after the first");
    var toChild = child.getOutputStream(); // stays open: nothing but close() can end the read
    toChild.write("one\n".getBytes(UTF_8));
    toChild.flush();
    assertThat(output(child)).isEqualTo("one\nclosed\nended\n");
    toChild.close();
  }
}
