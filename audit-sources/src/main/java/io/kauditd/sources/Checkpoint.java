// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How far a log was delivered, as a text of a line for each fact, whose last line is a checksum.
 *
 * @param log the path of the log, absolute
 * @param places how far the files were read
 * @param awaited lines that were delivered, and stand behind the places in these files
 * @param last the records that were settled last, as {@link RecordKey} names them; a record after
 *     the checkpoint was delivered after them
 * @param ended whether nothing was delivered behind it, as the run ended by itself
 */
record Checkpoint(
    String log,
    Progress.Places places,
    List<Delivered.Line> awaited,
    List<String> last,
    boolean ended) {
  private static final String TITLE = "kauditd checkpoint 2";
  private static final String ANY_VERSION = "kauditd checkpoint ";
  private static final String SUM = "crc32c ";
  private static final int FILE_FIELDS = 15;
  private static final int READ_FIELDS = 13;

  /** What is wrong with a text that is no checkpoint of this log. */
  static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedException(String message) {
      super(message);
    }
  }

  FilePlace current() {
    return places.files().getLast();
  }

  /** The same, of a run that ended with all it had read delivered. */
  Checkpoint atEnd() {
    return new Checkpoint(log, places, awaited, last, true);
  }

  /** The same, with these lines behind it that were delivered already. */
  Checkpoint awaiting(List<Delivered.Line> lines) {
    return new Checkpoint(log, places, lines, last, ended);
  }

  String format() {
    var text = new StringBuilder(TITLE).append('\n');
    text.append("log ").append(escape(log)).append('\n');
    places.files().forEach(file -> append(text, "file", file));
    places.next().forEach(file -> append(text, "next", file));
    places.read().forEach(file -> append(text, file));
    awaited.forEach(line ->
        text.append("delivered ").append(line.name()).append(' ').append(line.text()).append('\n'));
    last.forEach(key -> text.append("record ").append(key).append('\n'));
    if (ended) {
      text.append("ended\n");
    }
    String lines = text.toString();
    return lines + SUM + sum(lines) + "\n";
  }

  private static void append(StringBuilder text, String role, FilePlace file) {
    append(text.append(role), file.id());
    append(text, "offset", file.offset());
    append(text, "head", file.head());
    append(text, "last", file.last());
    text.append(" name ").append(escape(file.name())).append('\n');
  }

  private static void append(StringBuilder text, ReadFile file) {
    append(text.append("read"), file.id());
    append(text, "size", file.content().sizeBytes());
    append(text, "head", file.content().head());
    append(text, "end", file.content().end());
    text.append('\n');
  }

  private static void append(StringBuilder text, FileId id) {
    append(text, "dev", id.device());
    append(text, "inode", id.inode());
    append(text, "birth", id.birthNs());
  }

  private static void append(StringBuilder text, String name, long value) {
    text.append(' ').append(name).append(' ').append(value);
  }

  private static void append(StringBuilder text, String name, Window window) {
    text.append(' ').append(name).append(' ').append(window.offset());
    text.append('+').append(window.length()).append('=').append(window.hash());
  }

  private static String escape(String path) {
    return URLEncoder.encode(path, UTF_8).replace("%2F", "/");
  }

  private static String sum(String text) {
    var sum = new CRC32C();
    sum.update(text.getBytes(ISO_8859_1));
    return "%08x".formatted(sum.getValue());
  }

  /**
   * Reads what {@link #format} has made.
   *
   * @throws DamagedException if it is something else
   */
  static Checkpoint parse(String text) throws DamagedException {
    if (!text.startsWith(ANY_VERSION)) {
      throw new DamagedException("it is no checkpoint");
    }
    if (!text.startsWith(TITLE + "\n")) {
      throw new DamagedException("another version has written it");
    }
    int end = text.lastIndexOf(SUM);
    if (end < 0 || !text.substring(end).equals(SUM + sum(text.substring(0, end)) + "\n")) {
      throw new DamagedException("it is damaged: its checksum does not fit");
    }
    try {
      return parseLines(text.substring(0, end).lines().skip(1).toList());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DamagedException("it is damaged: " + e.getMessage());
    }
  }

  private static Checkpoint parseLines(List<String> lines) {
    String log = "";
    var files = new ArrayList<FilePlace>();
    var next = new ArrayList<FilePlace>();
    var read = new ArrayList<ReadFile>();
    var awaited = new ArrayList<Delivered.Line>();
    var last = new ArrayList<String>();
    boolean ended = false;
    for (String line : lines) {
      List<String> words = List.of(line.split(" ", -1));
      switch (words.getFirst()) {
        case "log" -> log = unescape(words.get(1));
        case "file" -> files.add(parseFile(words));
        case "next" -> next.add(parseFile(words));
        case "read" -> read.add(parseRead(words));
        case "delivered" -> awaited.add(new Delivered.Line(words.get(1), words.get(2)));
        case "record" -> last.add(words.get(1));
        case "ended" -> ended = true;
        default -> throw new IllegalArgumentException("it says '" + line + "'");
      }
    }
    if (log.isEmpty() || files.isEmpty()) {
      throw new IllegalArgumentException("it names no file");
    }
    var places = new Progress.Places(List.copyOf(files), List.copyOf(next), List.copyOf(read));
    return new Checkpoint(log, places, List.copyOf(awaited), List.copyOf(last), ended);
  }

  private static ReadFile parseRead(List<String> words) {
    expect(words, READ_FIELDS);
    return new ReadFile(
        parseId(words),
        new Contents.Content(
            parseWindow(words.get(10)),
            parseWindow(words.get(12)),
            inRange(number(words, 8), Long.MAX_VALUE)));
  }

  private static void expect(List<String> words, int fields) {
    if (words.size() < fields) {
      throw new IllegalArgumentException("it says '" + String.join(" ", words) + "'");
    }
  }

  private static FileId parseId(List<String> words) {
    return new FileId(number(words, 2), number(words, 4), number(words, 6));
  }

  private static FilePlace parseFile(List<String> words) {
    expect(words, FILE_FIELDS);
    return new FilePlace(
        parseId(words),
        unescape(words.get(14)),
        inRange(number(words, 8), Long.MAX_VALUE),
        parseWindow(words.get(10)),
        parseWindow(words.get(12)));
  }

  private static long number(List<String> words, int index) {
    return Long.parseLong(words.get(index));
  }

  private static Window parseWindow(String word) {
    int plus = word.indexOf('+');
    int equals = word.indexOf('=');
    return new Window(
        inRange(Long.parseLong(word.substring(0, plus)), Long.MAX_VALUE),
        (int) inRange(Long.parseLong(word.substring(plus + 1, equals)), Window.HEAD_BYTES),
        word.substring(equals + 1));
  }

  private static long inRange(long number, long most) {
    if (number < 0 || number > most) {
      throw new IllegalArgumentException("it says " + number + " where no file can have it");
    }
    return number;
  }

  private static String unescape(String word) {
    return URLDecoder.decode(word, UTF_8);
  }
}
