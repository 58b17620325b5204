// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A log with a writer and a rotator that do what such programs do, picked by chance. */
final class RotatedLog {
  private static final int MAX_NUMBER = 200;

  private final Path path;
  private final Random random;
  private final boolean copies;
  private final List<String> lines = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private @Nullable Runnable beforeRotation;
  private FileChannel writer;
  private boolean writerIsBehind;
  private int half = -1;
  private String halfLine = "";

  /**
   * A log that is new.
   *
   * @param copies whether it is rotated with {@code copytruncate}, and not renamed
   */
  RotatedLog(Path path, Random random, boolean copies) throws IOException {
    this.path = path;
    this.random = random;
    this.copies = copies;
    this.writer = open();
  }

  /** Before each rotation a line is written, and the rotator waits. */
  void beforeRotation(Runnable wait) {
    beforeRotation = wait;
  }

  Path path() {
    return path;
  }

  /** What was written, whole lines, in their order. */
  List<String> lines() {
    return lines;
  }

  List<String> history() {
    return history;
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** The writer or the rotator does something. */
  void step() throws IOException {
    switch (random.nextInt(16)) {
      case 0, 1 -> {
        waitForReader();
        rotate(true);
      }
      case 2, 3 -> {
        waitForReader();
        rotate(false);
      }
      case 4 -> {
        waitForReader();
        renameWithoutReopening();
      }
      case 5 -> {
        waitForReader();
        compress(1 + random.nextInt(3));
      }
      case 6 -> reopen();
      case 7 -> writeHalf();
      case 8 -> rest(random.nextInt(60));
      case 9 -> rest(random.nextInt(5));
      default -> write(1 + random.nextInt(random.nextInt(10) == 0 ? 2000 : 20));
    }
  }

  private void waitForReader() throws IOException {
    if (beforeRotation != null) {
      write(1); // so that the reader has the file that stands there now
      beforeRotation.run();
    }
  }

  private void rotate(boolean late) throws IOException {
    if (copies) {
      copyTruncate(late);
    } else {
      rename(late);
    }
  }

  private void rest(int ms) {
    history.add("rest " + ms);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  void write(int count) throws IOException {
    finishHalf();
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(next()).append('\n');
    }
    history.add("write " + count + " to " + lines.size());
    put(text.toString());
  }

  private String next() {
    String line = "n=%07d ".formatted(lines.size() + 1) + "x".repeat(random.nextInt(60));
    lines.add(line);
    return line;
  }

  private void put(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    while (bytes.hasRemaining()) {
      writer.write(bytes);
    }
  }

  /** A piece of a line, whose rest comes later. */
  private void writeHalf() throws IOException {
    finishHalf();
    halfLine = next();
    half = 1 + random.nextInt(halfLine.length() - 1);
    history.add("half of " + lines.size());
    put(halfLine.substring(0, half));
  }

  private void finishHalf() throws IOException {
    if (half >= 0) {
      put(halfLine.substring(half) + "\n");
      half = -1;
    }
  }

  /** The writer opens the path, after it has ended its line. */
  void reopen() throws IOException {
    finishHalf();
    history.add("reopen");
    writerIsBehind = false;
    writer.close();
    writer = open();
  }

  private Path numbered(int number) {
    return path.resolveSibling(path.getFileName() + "." + number);
  }

  private Path packed(int number) {
    return path.resolveSibling(path.getFileName() + "." + number + ".gz");
  }

  private void shift() throws IOException {
    for (int number = MAX_NUMBER; number >= 1; number--) {
      if (Files.exists(numbered(number))) {
        Files.move(numbered(number), numbered(number + 1), StandardCopyOption.REPLACE_EXISTING);
      }
      if (Files.exists(packed(number))) {
        Files.move(packed(number), packed(number + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** As auditd or logrotate do: the writer opens the new file at once, or writes on before that. */
  private void rename(boolean late) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    history.add(late ? "rename, late" : "rename");
    shift();
    Files.move(path, numbered(1));
    if (random.nextBoolean()) {
      Files.createFile(path);
    }
    if (late) {
      write(1 + random.nextInt(5));
      rest(random.nextInt(10));
      write(1 + random.nextInt(5));
    }
    reopen();
  }

  /** The writer writes on until it opens the path again. */
  private void renameWithoutReopening() throws IOException {
    if (copies || !Files.exists(path)) {
      return;
    }
    history.add("rename only");
    writerIsBehind = true;
    shift();
    Files.move(path, numbered(1));
  }

  /**
   * The copy is whole, as the writer does nothing meanwhile; half a line may be in it. Between two
   * of these there is time for a look.
   */
  private void copyTruncate(boolean writtenAtOnce) throws IOException {
    history.add("copytruncate");
    shift();
    Files.copy(path, numbered(1));
    FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING).close();
    if (writtenAtOnce) {
      write(1 + random.nextInt(400));
    }
    rest(50);
  }

  private void compress(int number) throws IOException {
    Path plain = numbered(number);
    if (writerIsBehind || !Files.exists(plain)) { // what is written to it then is in no file
      return;
    }
    history.add("compress " + number);
    try (var out = new GZIPOutputStream(Files.newOutputStream(packed(number)))) {
      Files.copy(plain, out);
    }
    Files.setLastModifiedTime(packed(number), Files.getLastModifiedTime(plain));
    Files.delete(plain);
  }
}
