// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records from the lines of a file, once from its beginning to its end, or followed as it grows.
 *
 * <p>A followed file is looked at ten times a second when its end was reached. If another file
 * stands in its place, the old one is read to its end first, once more after a pause, since who
 * writes to it may not have noticed yet; if it became shorter, it is read again from its start. A
 * file that was renamed and not yet made anew is waited for.
 *
 * @since 0.1.0
 */
public final class FileSource implements RecordSource {
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int FILE_TYPE = 0170000; // S_IFMT
  private static final int NAMED_PIPE = 0010000; // S_IFIFO

  private final Path path;
  private final boolean follow;
  private final LineRules rules;
  private final Stop stop = new Stop();
  private volatile @Nullable FileChannel open;

  /** Which file is open, if it is followed. */
  private @Nullable Object key;

  /**
   * A file to read.
   *
   * @param follow whether to wait for more at its end
   * @param rules how its lines are taken
   */
  public FileSource(Path path, boolean follow, LineRules rules) {
    this.path = path;
    this.follow = follow;
    this.rules = rules;
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    var records = new LineRecords(sink, rules, false, System::currentTimeMillis);
    var name = new LineName("");
    var lines = new LineSplitter(records, name, LineSplitter.LARGE_CHUNK_BYTES);
    if (Files.isDirectory(path)) {
      throw new IOException("cannot read " + path + ": it is a directory");
    }
    try {
      FileChannel file = stop.isStopped() ? null : open();
      while (file != null) {
        boolean replaced = readOneFile(file, lines, sink);
        lines.end();
        name.startAgain();
        file = replaced ? openNext(sink) : null;
      }
    } catch (ClosedChannelException e) {
      if (!stop.isStopped()) {
        throw Failures.of("read " + path, e);
      }
    } catch (IOException e) {
      throw Failures.of("read " + path, e);
    } finally {
      lines.end();
      records.end();
    }
  }

  /** Reads until nothing more can come, and says whether another file has taken the path. */
  private boolean readOneFile(FileChannel opened, LineSplitter lines, RecordSink sink)
      throws IOException {
    try (FileChannel file = opened) {
      boolean replaced = false;
      while (!stop.isStopped()) {
        readToEnd(file, lines);
        if (!follow || replaced) {
          return replaced && !stop.isStopped();
        }
        stop.await(POLL_NS);
        BasicFileAttributes now = attributes();
        replaced = now != null && !Objects.equals(key, key(now));
        if (replaced) {
          stop.await(POLL_NS);
        } else if (now != null && now.size() < file.position()) {
          sink.problem(path + " became shorter; reading it again from its start");
          lines.end();
          file.position(0);
        }
      }
      return false;
    }
  }

  /** Opens what stands at the path, and learns which file that is. */
  private FileChannel open() throws IOException {
    while (true) {
      key = key(attributes());
      FileChannel file = openChannel();
      Object keyNow = follow ? key(attributes()) : key;
      if (keyNow == null || keyNow.equals(key)) {
        return file;
      }
      file.close(); // another file has taken the path meanwhile, and it may be either
    }
  }

  /** Opens the file that has taken the path, which may have gone as well; null when stopped. */
  private @Nullable FileChannel openNext(RecordSink sink) throws IOException {
    boolean refused = false;
    while (!stop.isStopped()) {
      try {
        return open();
      } catch (NoSuchFileException e) {
        // it is not yet there
      } catch (AccessDeniedException e) { // who rotates may give the permissions last
        if (!refused) {
          sink.problem(Failures.of("read " + path, e).getMessage() + "; trying again");
        }
        refused = true;
      }
      stop.await(POLL_NS);
    }
    return null;
  }

  private FileChannel openChannel() throws IOException {
    // A named pipe is opened for both, to be followed: so it does not end with a writer.
    FileChannel file =
        follow && isNamedPipe()
            ? FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
            : FileChannel.open(path, StandardOpenOption.READ);
    open = file;
    return file;
  }

  private void readToEnd(FileChannel file, LineSplitter lines) throws IOException {
    for (int count; !stop.isStopped() && (count = file.read(lines.room())) >= 0; ) {
      lines.read(count);
    }
  }

  private static @Nullable Object key(@Nullable BasicFileAttributes attributes) {
    return attributes != null ? attributes.fileKey() : null;
  }

  /** The attributes of what stands at the path now, null if that is nothing. */
  private @Nullable BasicFileAttributes attributes() {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (IOException e) {
      return null;
    }
  }

  private boolean isNamedPipe() {
    try {
      return ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE) == NAMED_PIPE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public void close() {
    stop.now();
    FileChannel file = open;
    try {
      if (file != null) {
        file.close(); // ends a read that waits, as one of a named pipe does
      } else if (isNamedPipe()) {
        // Opening one waits for a writer: here it is.
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
      }
    } catch (IOException e) {
      // It was only read from: there is nothing that could be lost, and nobody to tell.
    }
  }
}
