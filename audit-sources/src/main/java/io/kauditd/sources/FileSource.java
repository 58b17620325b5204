// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.files.Place;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records from the lines of a file, once from its beginning to its end, or followed as it grows,
 * through rotations, truncations and restarts.
 *
 * <p>While {@link #run} runs, a thread of its own watches a followed file, also while the sink
 * makes the source wait. Every file that takes the path is opened at once, and held open until it
 * was read. {@code docs/operate/following.md} says what is promised in which case.
 *
 * @since 0.1.0
 */
public final class FileSource implements RecordSource {
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Path path;
  private final boolean follow;
  private final LineRules rules;
  private final @Nullable Path checkpoint;
  private final long checkpointIntervalNs;
  private final StartAt start;
  private final Stop stop = new Stop();
  private volatile @Nullable FileChannel stream;
  private volatile @Nullable Progress progress;

  /**
   * A file to read, without a checkpoint.
   *
   * @param follow whether to wait for more at its end
   * @param rules how its lines are taken
   */
  public FileSource(Path path, boolean follow, LineRules rules) {
    this(builder(path).follow(follow).rules(rules));
  }

  FileSource(FileSourceBuilder options) {
    this.path = options.path;
    this.follow = options.follow;
    this.rules = options.rules;
    this.checkpoint = options.checkpoint;
    this.checkpointIntervalNs = options.checkpointInterval.toNanos();
    this.start = options.start;
  }

  /** Starts to build a source that reads a file. */
  public static FileSourceBuilder builder(Path path) {
    return new FileSourceBuilder(path);
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    if (stop.isStopped()) {
      return;
    }
    FileStat stat = checkKind();
    boolean isFile = stat == null || stat.isRegular();
    if (isFile && (follow || checkpoint != null)) {
      runTrail(sink);
    } else {
      runStream(sink);
    }
  }

  /** What stands at the path, if it is something that can be read. */
  private @Nullable FileStat checkKind() throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException("cannot read " + path + ": it is a directory");
    }
    FileStat stat = FileStat.of(path);
    if (stat != null && stat.isSocket()) {
      throw new IOException(
          "cannot read "
              + path
              + ": it is a socket; name a file, or have the program that listens there write to the"
              + " source unix:PATH");
    }
    if (checkpoint != null && stat != null && !stat.isRegular()) {
      throw new IOException("cannot read " + path + " with a checkpoint: it is not a regular file");
    }
    return stat;
  }

  private String logName() {
    return path.toAbsolutePath().normalize().toString();
  }

  private IOException noCheckpoint(Path file) {
    return new IOException(
        "cannot go on with "
            + path
            + ": there is no checkpoint "
            + file
            + "; leave out start=checkpoint to begin anew");
  }

  private void runTrail(RecordSink sink) throws IOException {
    Path file = checkpoint;
    if (file == null) {
      try (var trail = new Trail(path, sink)) {
        Beginning beginning = beginAt(null, sink);
        if (beginning != null) {
          beginning.begin(trail);
          follow(trail, new CountingSink(sink, null, Delivered.nothing()), null);
        }
      }
      return;
    }
    String log = logName();
    try (var checkpointFile = new CheckpointFile(file);
        var trail = new Trail(path, sink)) {
      Checkpoint before = checkpointFile.open(log);
      if (before == null && start == StartAt.CHECKPOINT) {
        throw noCheckpoint(file);
      }
      Beginning beginning = beginAt(before, sink);
      if (beginning == null) {
        return;
      }
      beginning.begin(trail);
      Delivered delivered =
          before == null || before.ended() ? Delivered.nothing() : Delivered.since(before, sink);
      var marks = new Progress(sink, checkpointFile, log, checkpointIntervalNs, delivered);
      Progress.Places places = trail.places(0, part -> 0);
      if (places == null && before != null) {
        places = before.places();
      }
      marks.begin(
          Objects.requireNonNull(places), // without a checkpoint there is a file, or an error
          before == null || before.ended()
              ? Delivered.youngest(sink, Progress.LAST_RECORDS)
              : before.last(),
          before == null ? List.of() : before.awaited());
      progress = marks;
      follow(trail, new CountingSink(sink, marks, delivered), marks);
    }
  }

  /** Finds where to begin; null if it was stopped meanwhile. */
  private @Nullable Beginning beginAt(@Nullable Checkpoint before, RecordSink sink)
      throws IOException {
    var beginning = new Beginning(path, sink, stop);
    try {
      boolean found = before == null ? beginning.anew(start) : beginning.goOn(before);
      return found ? beginning : null;
    } catch (IOException e) {
      throw Failures.of("read " + path, e);
    }
  }

  private void follow(Trail trail, RecordSink sink, @Nullable Progress marks) throws IOException {
    var watching = new Stop();
    Thread watcher =
        Thread.ofPlatform()
            .daemon()
            .name("watch " + path.getFileName())
            .start(() -> watch(trail, marks, watching));
    try {
      new Follower(trail, stop, sink, rules, follow, marks).run();
    } catch (IOException e) {
      throw Failures.of("read " + path, e);
    } finally {
      watching.now();
      join(watcher);
    }
  }

  /** Looks at the path and writes the checkpoint, whatever the reader has to wait for. */
  private void watch(Trail trail, @Nullable Progress marks, Stop watching) {
    while (!watching.isStopped()) {
      if (follow) {
        trail.look();
      }
      if (marks != null) {
        marks.writeIfDue();
      }
      watching.await(POLL_NS);
    }
  }

  private static void join(Thread watcher) {
    boolean interrupted = false;
    while (watcher.isAlive()) {
      try {
        watcher.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads what has no place to go back to, or is read once. */
  private void runStream(RecordSink sink) throws IOException {
    var records = new LineRecords(sink, rules, false, System::currentTimeMillis);
    var lines = new LineSplitter(records, new LineName(""), LineSplitter.LARGE_CHUNK_BYTES);
    try (FileChannel opened = open()) {
      stream = opened;
      while (!stop.isStopped()) {
        int count = opened.read(lines.room());
        if (count > 0) {
          lines.read(count);
        } else if (follow) {
          stop.await(POLL_NS);
        } else {
          break;
        }
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

  private FileChannel open() throws IOException {
    try (Place place = Place.at(path)) {
      // A named pipe is opened for both, to be followed: so it does not end with a writer.
      boolean isForBoth = follow && FileStat.of(place).isNamedPipe();
      return place.open(
          isForBoth
              ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
              : Set.of(StandardOpenOption.READ));
    }
  }

  @Override
  public void close() {
    stop.now();
    FileChannel file = stream;
    try {
      FileStat stat = FileStat.of(path);
      if (file != null) {
        file.close(); // ends a read that waits, as one of a named pipe does
      } else if (stat != null && stat.isNamedPipe()) {
        // Opening one waits for a writer: here it is.
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
      }
    } catch (IOException e) {
      // It was only read from: there is nothing that could be lost, and nobody to tell.
    }
  }

  @Override
  public void finish() throws IOException {
    Progress marks = progress;
    if (marks != null) {
      marks.finish();
    }
  }

  @Override
  public List<String> check() {
    try {
      checkReadable();
      Path file = checkpoint;
      if (file != null) {
        Checkpoint before = new CheckpointFile(file).look(logName());
        if (before == null && start == StartAt.CHECKPOINT) {
          throw noCheckpoint(file);
        }
      }
      return List.of();
    } catch (IOException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private void checkReadable() throws IOException {
    checkKind();
    try (Place place = Place.at(path)) {
      if (!FileStat.of(place).isNamedPipe()) { // whose writer would notice
        place.open(Set.of(StandardOpenOption.READ)).close();
      }
    } catch (IOException e) {
      throw Failures.of("read " + path, e);
    }
  }

  @Override
  public List<Path> files() {
    return checkpoint == null ? List.of(path) : List.of(path, checkpoint);
  }
}
