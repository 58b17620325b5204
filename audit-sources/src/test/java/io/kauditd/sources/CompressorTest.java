// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A rotated file is being compressed by gzip, which is stopped in the middle, and goes on later.
 */
@Timeout(180)
class CompressorTest {
  private static final int READ = 100;
  private static final int ROTATED = 4000;
  private static final int ALL = 4010;

  @TempDir Path dir;
  private Path log;
  private Path rotated;
  private Path packed;
  private Process gzip;

  /** A log that was read to some place, then grew, and was rotated. */
  @BeforeEach
  void rotate() throws Exception {
    log = dir.resolve("app.log");
    rotated = dir.resolve("app.log.1");
    write(log, 0, READ);
    var sink = new SettlingSink().settlingAtOnce();
    FileSource source = source();
    try (var running = Running.start(source, sink)) {
      sink.await(READ);
    }
    source.finish();
    write(log, READ, ROTATED);
    Files.move(log, rotated);
    write(log, ROTATED, ALL);
  }

  @AfterEach
  void end() throws Exception {
    if (gzip != null) {
      gzip.destroyForcibly().waitFor();
    }
  }

  private FileSource source() {
    return FileSource.builder(log)
        .follow(true)
        .checkpoint(dir.resolve("app.checkpoint"))
        .checkpointInterval(Duration.ofMillis(10))
        .build();
  }

  /** The text of a record, little of which can be compressed: so the compressor writes soon. */
  private static String text(int i) {
    return "n=" + i + " " + new BigInteger(4000, new Random(i)).toString(36);
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(CompressorTest::text).toList();
  }

  private static void write(Path file, int from, int to) throws IOException {
    Files.writeString(
        file,
        String.join("\n", texts(from, to)) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** Compresses a half of the rotated file; the answer takes the other half. */
  private OutputStream compressHalf(String name) throws Exception {
    packed = dir.resolve(name);
    gzip = new ProcessBuilder("gzip", "-c").redirectOutput(packed.toFile()).start();
    OutputStream in = gzip.getOutputStream();
    byte[] content = Files.readAllBytes(rotated);
    in.write(content, 0, content.length / 2);
    in.flush();
    Await.until("gzip has written", () -> Files.size(packed) > 0);
    return in;
  }

  private void compressRest(OutputStream in, byte[] content) throws Exception {
    try (in) {
      in.write(content, content.length / 2, content.length - content.length / 2);
    }
    assertThat(gzip.waitFor()).isZero();
  }

  @Test
  void nothingIsReadOfAPartWhoseOriginalIsGone() throws Exception {
    OutputStream in = compressHalf("app.log-20261127.gz");
    byte[] content = Files.readAllBytes(rotated);
    Files.delete(rotated);
    var sink = new SettlingSink().settlingAtOnce();
    try (var running = Running.start(source(), sink)) {
      running.awaitBlocked("awaitCompressor");
      compressRest(in, content);
      sink.await(ALL - READ);
    }
    assertThat(sink.texts()).isEqualTo(texts(READ, ALL));
    assertThat(sink.problems()).hasSize(1).first().asString().contains(packed + " is not complete");
  }

  @Test
  void nothingIsReadOfAPartWhoseOriginalHasAnotherName() throws Exception {
    OutputStream in = compressHalf("app.log-20261127.gz");
    var sink = new SettlingSink().settlingAtOnce();
    try (var running = Running.start(source(), sink)) {
      running.awaitBlocked("awaitCompressor");
      compressRest(in, Files.readAllBytes(rotated));
      sink.await(ALL - READ);
      Files.delete(rotated);
      write(log, ALL, ALL + 1);
      sink.await(ALL - READ + 1);
    }
    assertThat(sink.texts()).isEqualTo(texts(READ, ALL + 1));
  }

  @Test
  void theOriginalIsReadWhileItStandsBesideItsPart() throws Exception {
    OutputStream in = compressHalf("app.log.1.gz");
    var sink = new SettlingSink().settlingAtOnce();
    try (var running = Running.start(source(), sink)) {
      sink.await(ALL - READ);
      compressRest(in, Files.readAllBytes(rotated));
      Files.delete(rotated);
      write(log, ALL, ALL + 1);
      sink.await(ALL - READ + 1);
    }
    assertThat(sink.texts()).isEqualTo(texts(READ, ALL + 1));
    assertThat(sink.problems()).isEmpty();
  }

  /** The log that is there was not begun: what is found beside it is read before it. */
  @Test
  void nothingIsReadOfAPartThatAppearsBesideALogThatIsEmpty() throws Exception {
    Path other = dir.resolve("other.log");
    Path copy = Files.move(rotated, dir.resolve("aside"));
    rotated = copy;
    log = Files.createFile(other);
    var sink = new SettlingSink().settlingAtOnce();
    try (var running = Running.start(FileSource.builder(log).follow(true).build(), sink)) {
      running.awaitBlocked("await");
      OutputStream in = compressHalf("other.log-20261127.gz");
      running.awaitBlocked("await");
      write(log, ROTATED, ALL);
      sink.await(ALL - ROTATED);
      compressRest(in, Files.readAllBytes(copy));
      write(log, ALL, ALL + 1);
      sink.await(ALL - ROTATED + 1);
    }
    assertThat(sink.texts()).isEqualTo(texts(ROTATED, ALL + 1));
    assertThat(sink.problems()).isEmpty();
  }

  /** As much as there is of it is read, which is reported. */
  @Test
  void aPartWhoseCompressorHasDiedIsReadAsFarAsItGoes() throws Exception {
    compressHalf("app.log-20261127.gz");
    Files.delete(rotated);
    gzip.destroyForcibly().waitFor();
    Instant longAgo = Instant.now().minus(Duration.ofNanos(2 * Compressors.DEAD_NS));
    Files.setLastModifiedTime(packed, FileTime.from(longAgo));
    var sink = new SettlingSink().settlingAtOnce();
    try (var running = Running.start(source(), sink)) {
      sink.await(ALL - ROTATED + 1);
      Await.until(sink::texts, texts -> texts.containsAll(texts(ROTATED, ALL)));
    }
    assertThat(sink.texts().getFirst()).isEqualTo(text(READ));
    assertThat(sink.problems().getFirst()).contains(packed + " cannot be decompressed");
  }
}
