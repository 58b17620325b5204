// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log with a writer and a rotator that do what such programs do, picked by chance. It knows which
 * lines nobody can have: those whose bytes are in no file any more and in none that is open.
 */
final class RotatedLog {
  /** How it is rotated. */
  enum Rotation {
    RENAME,
    /** With {@code copytruncate}. */
    COPY,
    /** In one way or the other. */
    BOTH
  }

  private static final long MOMENT_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final Path OPEN_FILES = Path.of("/proc/self/fd");

  private final Path path;
  private final Random random;
  private final Rotation rotation;
  private final boolean careless;
  private final int kept;
  private final List<String> lines = new ArrayList<>();
  private final Set<String> lost = new HashSet<>();
  private final TreeMap<Integer, Content> rotated = new TreeMap<>();
  private final List<Deleted> deleted = new ArrayList<>();
  private final List<String> history = new ArrayList<>();
  private FileChannel writer;
  private boolean writerIsBehind;
  private int half = -1;
  private String halfLine = "";

  /** The lines of a file, as far as they were begun in it. */
  private static final class Content {
    final List<String> lines = new ArrayList<>();
  }

  /** A file without a name that the reader had open when it was deleted. */
  private record Deleted(Object key, Content content, long atNs) {}

  /** What stands at the path, and what the writer has open. */
  private @Nullable Content atPath;

  private Content written;

  /**
   * A log that is new.
   *
   * @param careless whether lines are written between copy and truncation, the log is emptied
   *     without a copy, and rotated files are soon deleted
   */
  RotatedLog(Path path, Random random, Rotation rotation, boolean careless) throws IOException {
    this.path = path;
    this.random = random;
    this.rotation = rotation;
    this.careless = careless;
    this.kept = careless ? 2 + random.nextInt(5) : 200;
    this.written = new Content();
    this.atPath = written;
    this.writer = open();
  }

  Path path() {
    return path;
  }

  /** What was written, whole lines, in their order. */
  List<String> lines() {
    return lines;
  }

  /** Whether nobody can have a line. */
  boolean isLost(String line) {
    try {
      forgetDeleted();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lost.contains(line);
  }

  /** Whether a text may be what is left of a line whose rest is lost. */
  boolean isPieceOfLost(String text) {
    return lost.stream()
        .map(this::form)
        .anyMatch(line -> line.startsWith(form(text)) || line.contains(text));
  }

  List<String> history() {
    return history;
  }

  private FileChannel open() throws IOException {
    if (!Files.exists(path)) {
      atPath = new Content();
    }
    written = Objects.requireNonNull(atPath);
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** The writer or the rotator does something. */
  void step() throws IOException {
    forgetDeleted();
    switch (random.nextInt(16)) {
      case 0, 1 -> rotate(true);
      case 2, 3 -> rotate(false);
      case 4 -> renameWithoutReopening();
      case 5 -> compress(1 + random.nextInt(3));
      case 6 -> reopen();
      case 7 -> writeHalf();
      case 8 -> {
        if (careless && random.nextBoolean()) {
          truncate();
        } else {
          rest(random.nextInt(60));
        }
      }
      case 9 -> rest(random.nextInt(5));
      default -> write(1 + random.nextInt(random.nextInt(10) == 0 ? 2000 : 20));
    }
  }

  private void rotate(boolean late) throws IOException {
    boolean copies = rotation == Rotation.BOTH ? random.nextBoolean() : rotation == Rotation.COPY;
    if (copies && Files.exists(path) && !writerIsBehind) {
      copyTruncate(late);
    } else if (rotation != Rotation.COPY) {
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
      text.append(form(next())).append('\n');
    }
    history.add("write " + count + " to " + lines.size());
    put(text.toString());
  }

  private String next() {
    String line = "n=%07d ".formatted(lines.size() + 1) + "x".repeat(random.nextInt(60));
    lines.add(line);
    written.lines.add(line);
    return line;
  }

  /** A line as it is written: a piece of a careless writer's is told from the next line. */
  private String form(String line) {
    return careless ? "type=TRUSTED_APP msg=audit(1642555588.123:7): " + line : line;
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
    halfLine = form(next());
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
    for (int number : List.copyOf(rotated.descendingKeySet())) {
      Path file = Files.exists(packed(number)) ? packed(number) : numbered(number);
      if (number >= kept) {
        delete(file, number);
        continue;
      }
      boolean isPacked = file.equals(packed(number));
      Files.move(file, isPacked ? packed(number + 1) : numbered(number + 1));
      rotated.put(number + 1, rotated.remove(number));
    }
  }

  private void delete(Path file, int number) throws IOException {
    Object key = key(file);
    boolean isOpen = isOpen(key);
    Files.delete(file);
    Content content = rotated.remove(number);
    history.add("delete " + file.getFileName() + (isOpen ? ", open" : ""));
    if (content != null && isOpen) {
      deleted.add(new Deleted(key, content, System.nanoTime()));
    } else if (content != null) {
      lost.addAll(content.lines);
    }
  }

  /** A reader that looks at a file, and finds another one at its name, has it only for a moment. */
  private void forgetDeleted() throws IOException {
    for (Deleted file : List.copyOf(deleted)) {
      if (System.nanoTime() - file.atNs() > MOMENT_NS) {
        deleted.remove(file);
        if (!isOpen(file.key())) {
          lost.addAll(file.content().lines);
        }
      }
    }
  }

  private static Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Whether somebody in this process, so the reader, has a file open. */
  private static boolean isOpen(Object key) throws IOException {
    try (Stream<Path> descriptors = Files.list(OPEN_FILES)) {
      return descriptors.anyMatch(descriptor -> {
        try {
          return key(descriptor).equals(key);
        } catch (IOException e) {
          return false; // closed meanwhile
        }
      });
    }
  }

  /** As auditd or logrotate do: the writer opens the new file at once, or writes on before that. */
  private void rename(boolean late) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    history.add(late ? "rename, late" : "rename");
    renameIt();
    if (random.nextBoolean()) {
      Files.createFile(path);
      atPath = new Content();
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
    if (rotation == Rotation.COPY || !Files.exists(path)) {
      return;
    }
    history.add("rename only");
    writerIsBehind = true;
    renameIt();
  }

  private void renameIt() throws IOException {
    shift();
    Files.move(path, numbered(1));
    rotated.put(1, Objects.requireNonNull(atPath));
    atPath = null;
  }

  /** The copy is whole, unless the writer is careless; half a line may be at its end. */
  private void copyTruncate(boolean writtenAtOnce) throws IOException {
    history.add("copytruncate");
    shift();
    Files.copy(path, numbered(1));
    var copy = new Content();
    copy.lines.addAll(written.lines);
    rotated.put(1, copy);
    // Of half a line, the rest will be elsewhere.
    List<String> after = half >= 0 ? List.of(written.lines.getLast()) : List.of();
    if (careless && random.nextBoolean()) {
      int copied = written.lines.size();
      write(1 + random.nextInt(3)); // which ends the half
      lost.addAll(after);
      lost.addAll(written.lines.subList(copied, written.lines.size()));
      after = List.of();
    }
    truncateIt();
    written.lines.addAll(after);
    if (writtenAtOnce) {
      write(1 + random.nextInt(400));
    }
    rest(random.nextInt(50));
  }

  /** Without a copy. */
  private void truncate() throws IOException {
    if (!Files.exists(path) || writerIsBehind) {
      return;
    }
    finishHalf();
    history.add("truncate");
    lost.addAll(written.lines);
    truncateIt();
  }

  private void truncateIt() throws IOException {
    FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING).close();
    written.lines.clear();
  }

  private void compress(int number) throws IOException {
    Path plain = numbered(number);
    if (writerIsBehind || !Files.exists(plain)) { // what is written to it then is in no file
      return;
    }
    history.add("compress " + number);
    Gzip.write(plain, packed(number));
    Files.setLastModifiedTime(packed(number), Files.getLastModifiedTime(plain));
    Files.delete(plain);
  }
}
