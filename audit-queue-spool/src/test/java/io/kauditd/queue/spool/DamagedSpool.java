// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A spool's files, read apart from the code that is tested: which frames lie there, byte for byte
 * as they were written, and what the cursor says. And the damage that is done to them.
 */
final class DamagedSpool {
  private static final int HEADER_BYTES = 32;
  private static final int SLOT_DISTANCE_BYTES = 4096;
  private static final int SLOT_BYTES = 44;
  private static final byte[] MARKER = {0x6b, 0x53, 0x70, 0x4c};

  private final Path dir;

  /** The frames that were ever written whole, by salt and sequence. */
  private final Map<String, Map<Long, byte[]>> written = new TreeMap<>();

  private final Set<String> learned = new HashSet<>();
  private final List<Long> sequences = new ArrayList<>();

  DamagedSpool(Path dir) {
    this.dir = dir;
  }

  /** What the cursor says. */
  record Slot(long acknowledged, long taken, long counted) {}

  private static String salt(Path segment) {
    return segment.getFileName().toString().substring(17, 25);
  }

  /** Learns the frames of the segments that were begun since the last time, which are undamaged. */
  void learn() throws IOException {
    for (Path segment : Spools.segments(dir)) {
      String name = segment.getFileName().toString();
      if (learned.add(name)) {
        learn(segment);
      }
    }
  }

  private void learn(Path segment) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (int at = 0; at + HEADER_BYTES <= bytes.length; ) {
      int end = at + HEADER_BYTES + (buffer.getInt(at + 4) & 0xffffff);
      if (end > bytes.length || !Arrays.equals(bytes, at, at + 4, MARKER, 0, 4)) {
        return; // torn, or not marked yet
      }
      written
          .computeIfAbsent(salt(segment), salt -> new TreeMap<>())
          .put(buffer.getLong(at + 8), Arrays.copyOfRange(bytes, at, end));
      sequences.add(buffer.getLong(at + 8));
      at = end;
    }
  }

  /** The highest sequence that was ever written. */
  long lastSequence() {
    return sequences.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** The sequences whose frames lie somewhere, whole. */
  NavigableMap<Long, byte[]> whole() throws IOException {
    var whole = new TreeMap<Long, byte[]>();
    for (Path segment : Spools.segments(dir)) {
      Map<Long, byte[]> frames = written.get(salt(segment));
      if (frames == null) {
        continue;
      }
      byte[] bytes = Files.readAllBytes(segment);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      for (int at = 0; at + HEADER_BYTES <= bytes.length; at++) {
        if (bytes[at] == MARKER[0] && Arrays.equals(bytes, at, at + 4, MARKER, 0, 4)) {
          byte @Nullable [] frame = frames.get(buffer.getLong(at + 8));
          if (frame != null
              && at + frame.length <= bytes.length
              && Arrays.equals(bytes, at, at + frame.length, frame, 0, frame.length)) {
            whole.put(buffer.getLong(at + 8), frame);
          }
        }
      }
    }
    return whole;
  }

  /** What the later of the slots that are whole says; null if neither is. */
  @Nullable Slot slot() throws IOException {
    Path file = dir.resolve("acknowledged");
    byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    Slot later = null;
    for (int at = 0; at <= SLOT_DISTANCE_BYTES; at += SLOT_DISTANCE_BYTES) {
      if (at + SLOT_BYTES > bytes.length) {
        break;
      }
      ByteBuffer slot = ByteBuffer.wrap(bytes, at, SLOT_BYTES).slice();
      var crc = new CRC32C();
      crc.update(bytes, at, SLOT_BYTES - 4);
      if (slot.getLong(0) == 0x6b61756469746403L && slot.getInt(40) == (int) crc.getValue()) {
        Slot there = new Slot(slot.getLong(8), slot.getLong(16), slot.getLong(24));
        if (later == null
            || there.acknowledged > later.acknowledged
            || (there.acknowledged == later.acknowledged && there.taken > later.taken)
            || (there.acknowledged == later.acknowledged
                && there.taken == later.taken
                && there.counted > later.counted)) {
          later = there;
        }
      }
    }
    return later;
  }

  /** Damages the files in one way; returns which. */
  String damage(Random random) throws IOException {
    List<Path> files = new ArrayList<>(Spools.segments(dir));
    if (files.isEmpty() || random.nextInt(12) == 0) {
      Path cursor = dir.resolve("acknowledged");
      if (!Files.exists(cursor)) {
        return "nothing";
      }
      files.clear();
      files.add(cursor);
    }
    Path file = files.get(random.nextInt(files.size()));
    byte[] bytes = Files.readAllBytes(file);
    boolean isSegment = file.toString().endsWith(".seg");
    int kind = random.nextInt(isSegment ? 11 : 4);
    int from = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(random.nextBoolean() ? 40 : 1500));
    String what =
        switch (kind) {
          case 0 -> {
            if (bytes.length > 0) {
              bytes[from] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file, bytes);
            yield "flip " + from;
          }
          case 1 -> {
            Files.write(file, Arrays.copyOf(bytes, from));
            yield "cut at " + from;
          }
          case 2 -> {
            Arrays.fill(bytes, from, to, (byte) 0);
            Files.write(file, bytes);
            yield "zero " + from + ".." + to;
          }
          case 3 -> {
            if (!isSegment && random.nextInt(3) > 0) {
              yield "nothing";
            }
            Files.delete(file);
            yield "delete";
          }
          case 4 -> {
            Files.write(file, joined(bytes, 0, from, bytes, to, bytes.length));
            yield "take out " + from + ".." + to;
          }
          case 5 -> {
            Files.write(file, joined(bytes, 0, to, bytes, from, bytes.length));
            yield "double " + from + ".." + to;
          }
          case 6 -> { // two pieces change places
            byte[] turned = joined(bytes, from, to, bytes, 0, from);
            Files.write(file, joined(turned, 0, turned.length, bytes, to, bytes.length));
            yield "to the front " + from + ".." + to;
          }
          case 7 -> {
            String name = file.getFileName().toString();
            int any = random.nextInt(Math.max(1, sequences.size()));
            String first = String.format("%016x", sequences.isEmpty() ? 1 : sequences.get(any));
            String salt = random.nextInt(3) == 0 ? "12345678" : name.substring(17, 25);
            Path copy = dir.resolve(first + "-" + salt + ".seg");
            if (Files.exists(copy)) {
              yield "nothing";
            }
            learned.add(copy.getFileName().toString());
            Files.write(copy, random.nextBoolean() ? bytes : Arrays.copyOf(bytes, from));
            yield "copy to " + copy.getFileName();
          }
          case 8 -> {
            String name = file.getFileName().toString();
            Path empty = dir.resolve(name.substring(0, 17) + "00c0ffee.seg");
            learned.add(empty.getFileName().toString());
            Files.write(empty, random.nextBoolean() ? new byte[0] : new byte[random.nextInt(99)]);
            yield "empty " + empty.getFileName();
          }
          case 9 -> {
            for (int i = from; i < to; i++) {
              bytes[i] = (byte) random.nextInt();
            }
            Files.write(file, bytes);
            yield "garbage " + from + ".." + to;
          }
          default -> {
            Path other = files.get(random.nextInt(files.size()));
            byte[] others = Files.readAllBytes(other);
            Files.write(other, bytes);
            Files.write(file, others);
            yield "change with " + other.getFileName();
          }
        };
    return file.getFileName() + ": " + what;
  }

  private static byte[] joined(byte[] one, int from, int to, byte[] two, int from2, int to2) {
    byte[] both = new byte[to - from + to2 - from2];
    System.arraycopy(one, from, both, 0, to - from);
    System.arraycopy(two, from2, both, to - from, to2 - from2);
    return both;
  }
}
