// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.FileStatus;
import io.kauditd.files.PartFile;
import io.kauditd.files.Place;
import io.kauditd.files.SafeDirectory;
import io.kauditd.transport.file.RotatedLogs.Rotated;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses rotated logs, on a thread of its own that lives as long as there is something to do.
 * It holds the lock on the names only while it changes names, not while it reads, compresses, or
 * waits for the disk, so delivery goes on meanwhile.
 *
 * <p>A compressed log is made as a part file, forced to the disk, and then named. When the name is
 * on the disk, the uncompressed log is deleted. So at any moment at least one of the two is whole.
 * If both are found after a crash, the uncompressed one counts.
 */
final class Compressor {
  private static final Logger LOG = LoggerFactory.getLogger(Compressor.class);
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final Duration END_PATIENCE = Duration.ofMillis(500);

  private final Path path;
  private final Compression compression;
  private final RotatedLogs logs;
  private final LogOpener opener;
  private final ReentrantLock names;

  private volatile @Nullable Worker worker; // changed by who holds names

  // guarded by names
  private boolean again;
  private boolean hasFailed;

  Compressor(
      Path path, Compression compression, RotatedLogs logs, LogOpener opener, ReentrantLock names) {
    this.path = path;
    this.compression = compression;
    this.logs = logs;
    this.opener = opener;
    this.names = names;
  }

  /** There may be something to compress. The caller holds the lock on the names. */
  void wake(SafeDirectory directory) throws IOException {
    if (compression == Compression.NONE) {
      return;
    }
    again = true;
    if (worker == null) {
      worker = new Worker(directory.copy());
      worker.thread.start();
    }
  }

  /** Ends the work, or leaves it for the next time; from now on no name is changed. */
  void stop() {
    Worker stopped;
    names.lock();
    try {
      stopped = worker;
      worker = null;
    } finally {
      names.unlock();
    }
    if (stopped != null) {
      join(stopped.thread);
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!thread.join(END_PATIENCE)) {
        LOG.debug("{} ends later: the disk is slow", thread.getName());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The thread, from the first file to the last. */
  private final class Worker {
    final SafeDirectory directory;
    final Thread thread =
        Thread.ofPlatform().name("kauditd-compress").daemon(true).unstarted(this::run);

    Worker(SafeDirectory directory) {
      this.directory = directory;
    }

    private boolean isStopped() {
      return worker != this;
    }

    private void run() {
      try (directory) {
        for (Rotated next = next(); next != null; next = next()) {
          compress(next);
        }
      } catch (IOException | RuntimeException | LinkageError e) {
        failed(e);
      }
    }

    /** What is to be compressed; null if the thread is to end, which it then may not put off. */
    private @Nullable Rotated next() throws IOException {
      names.lock();
      try {
        while (!isStopped() && again) {
          Rotated found = logs.uncompressed(directory);
          if (found != null) {
            return found;
          }
          again = false;
        }
        if (!isStopped()) {
          worker = null;
        }
        return null;
      } finally {
        names.unlock();
      }
    }

    private void compress(Rotated rotated) throws IOException {
      try (Place original = directory.find(rotated.name())) {
        if (original == null || !original.status().isSameFileAs(rotated.status())) {
          return; // has another name by now
        }
        try (PartFile part = PartFile.beside(directory, opener.name())) {
          copy(original, part.place());
          if (isStopped()) {
            return;
          }
          opener.giveToGroup(part.place());
          part.place().setPermissions(opener.rotatedPermissions());
          Path compressed = nameBeside(original.status(), part);
          if (compressed != null) {
            directory.force();
            replace(original.status(), part.place().status());
          }
        }
      } catch (NoSuchFileException e) {
        LOG.trace("deleted meanwhile", e);
      }
    }

    private void copy(Place original, Place part) throws IOException {
      var chunk = new byte[CHUNK_BYTES];
      try (FileChannel from = original.open(Set.of(StandardOpenOption.READ));
          FileChannel to = part.open(Set.of(StandardOpenOption.WRITE));
          var in = Channels.newInputStream(from)) {
        try (OutputStream out = compression.to(Channels.newOutputStream(to))) {
          for (int length = in.read(chunk); length >= 0 && !isStopped(); length = in.read(chunk)) {
            out.write(chunk, 0, length);
          }
        }
        to.force(true);
      }
    }

    /** Names the compressed file as the original is called now; null if that one is gone. */
    private @Nullable Path nameBeside(FileStatus original, PartFile part) throws IOException {
      names.lock();
      try {
        Rotated now = isStopped() ? null : logs.find(directory, original);
        if (now == null) {
          return null;
        }
        Path name = logs.named(now.number(), compression.suffix());
        part.takeName(name);
        return name;
      } finally {
        names.unlock();
      }
    }

    /** Deletes the original, if the compressed file still stands beside it. */
    private void replace(FileStatus original, FileStatus compressed) throws IOException {
      names.lock();
      try {
        Rotated old = isStopped() ? null : logs.find(directory, original);
        Rotated fresh = old == null ? null : logs.find(directory, compressed);
        if (old != null && fresh != null && old.number() == fresh.number()) {
          directory.delete(old.name());
          logs.prune(directory);
          hasFailed = false;
        }
      } finally {
        names.unlock();
      }
    }

    private void failed(Throwable e) {
      boolean first;
      names.lock();
      try {
        first = !hasFailed && !isStopped();
        hasFailed = true;
        if (!isStopped()) {
          worker = null;
        }
      } finally {
        names.unlock();
      }
      if (first) {
        String reason =
            e instanceof IOException io
                ? IoFailure.reasonBeside("compress a rotated log of " + path, io)
                : "compress a rotated log of " + path + ": " + e;
        LOG.warn("{}; it stays as it is, and is tried again after the next rotation", reason);
      }
    }
  }
}
