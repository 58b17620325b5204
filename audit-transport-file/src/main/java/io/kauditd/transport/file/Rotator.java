// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.FileStatus;
import io.kauditd.files.PartFile;
import io.kauditd.files.SafeDirectory;
import io.kauditd.files.UnfitFileException;
import io.kauditd.files.WriterLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a new log when the old one is large or old enough, or when somebody asks: {@code
 * audit.log} becomes {@code audit.log.1}, {@code audit.log.1} becomes {@code audit.log.2}, and so
 * on.
 *
 * <p>The new log is made and locked beside the old one. The old one gets its new name as a second
 * name. Then the new one takes the name of the log. So at every moment there is a locked log with
 * that name, nobody can come in between, and a crash loses nothing. If a rotation fails, it is
 * undone, reported once, and tried again later; the old log stays in use.
 */
final class Rotator {
  private static final Logger LOG = LoggerFactory.getLogger(Rotator.class);
  private static final long FIRST_PAUSE_NS = 1_000_000_000L;
  private static final long LONGEST_PAUSE_NS = 60_000_000_000L;

  private final Path path;
  private final long atBytes;
  private final PeriodEnd periodEnd;
  private final LogOpener opener;
  private final Path name;
  private final RotatedLogs logs;
  private final Compressor compressor;
  private final ReentrantLock names = new ReentrantLock();
  private final LongSupplier nanoTime;
  private boolean asked;
  private boolean isUntidy;
  private long pauseNs; // 0 while rotating works
  private long notBeforeNs;

  Rotator(FileTransportBuilder options, LogOpener opener, LongSupplier nanoTime) {
    this.path = options.path;
    this.atBytes = options.maxSizeBytes;
    this.periodEnd = new PeriodEnd(options.period, options.clock, options.zone);
    this.opener = opener;
    this.name = opener.name();
    this.logs = new RotatedLogs(name, options.keep, options.maxTotalBytes);
    this.compressor = new Compressor(path, options.compression, logs, opener, names);
    this.nanoTime = nanoTime;
  }

  /** A log was opened, and is locked: what is beside it is put in order. */
  void opened(LogFile file) {
    if (file.lock() == null) {
      return;
    }
    names.lock();
    try {
      FileStatus status = file.place().status();
      if (status.sizeBytes() > 0) {
        periodEnd.begins(file.place().lastWrittenMs());
      } else {
        periodEnd.begins();
      }
      logs.tidyUp(file.directory(), status);
      compressor.wake(file.directory());
      logs.prune(file.directory());
      isUntidy = false;
    } catch (IOException e) {
      leftUntidy(e);
    } finally {
      names.unlock();
    }
  }

  /** The log is about to be closed: what is beside it is left alone from now on. */
  void closing() {
    compressor.stop();
  }

  /** A new log is asked for; it is begun when the next records come, if the old one has any. */
  void ask() {
    asked = true;
  }

  /** How much may be written before the next rotation, after the one that is due. */
  long room(long sizeBytes) {
    if (atBytes == 0 || pauseNs > 0) {
      return Long.MAX_VALUE;
    }
    return sizeBytes >= atBytes ? atBytes : atBytes - sizeBytes;
  }

  /** Whether a new log is to be begun before more is written. */
  boolean isDue(LogFile file) {
    if (file.lock() == null) {
      return false;
    }
    long size = file.sizeBytes();
    boolean isOver = periodEnd.isOver();
    if (size == 0) {
      asked = false;
      if (isOver) {
        periodEnd.begins();
      }
      return false;
    }
    boolean wanted = asked || isOver || (atBytes > 0 && size >= atBytes);
    return wanted && (pauseNs == 0 || asked || nanoTime.getAsLong() - notBeforeNs >= 0);
  }

  /**
   * Begins a new log.
   *
   * @param old what is written to now, forced to the disk if it is to be
   * @return the new log, and the old one is closed; or the old one, if it could not be done
   */
  LogFile rotate(LogFile old) {
    names.lock();
    try {
      LogFile fresh = begin(old);
      finish(old, fresh);
      return fresh;
    } catch (IOException e) {
      failed(e);
      return old;
    } finally {
      asked = false;
      names.unlock();
    }
  }

  private LogFile begin(LogFile old) throws IOException {
    SafeDirectory directory = old.directory();
    WriterLock oldLock = Objects.requireNonNull(old.lock());
    logs.takeSecondNameBack(directory, old.place().status());
    logs.makeRoom(directory);
    Path first = logs.named(1, "");
    try (PartFile part = PartFile.beside(directory, name)) {
      opener.protect(part.place());
      WriterLock lock = oldLock.alsoOn(part.place());
      boolean done = false;
      try {
        nameTwice(directory, first, old.place().status());
        part.takeName(name);
        done = true;
        return new LogFile(path, directory, part.keep(), lock, true);
      } finally {
        if (!done) {
          undo(directory, first, old.place().status());
          lock.closeThisAlone();
        }
      }
    }
  }

  /** Gives the old log its new name, and leaves it the other one where the file system can. */
  private void nameTwice(SafeDirectory directory, Path first, FileStatus old) throws IOException {
    try {
      directory.link(name, first);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("{} cannot have a second name ({}); it is renamed", path, e.toString());
      directory.rename(name, first);
    }
    FileStatus named = directory.look(first);
    if (named == null || !named.isSameFileAs(old)) {
      throw new UnfitFileException(path + " was replaced by another program while it was rotated");
    }
  }

  /** The log has its name still, or again, and no other. */
  private void undo(SafeDirectory directory, Path first, FileStatus old) throws IOException {
    FileStatus second = directory.look(first);
    if (second == null || !second.isSameFileAs(old)) {
      return;
    }
    if (directory.look(name) == null) {
      directory.rename(first, name);
    } else {
      directory.delete(first);
    }
  }

  /** The new log has its name; nothing that fails now is a reason not to write to it. */
  private void finish(LogFile old, LogFile fresh) {
    if (pauseNs > 0) {
      LOG.info("{} is rotated again", path);
      pauseNs = 0;
    }
    periodEnd.begins();
    try {
      old.place().movedTo(logs.named(1, ""));
      old.place().setPermissions(opener.rotatedPermissions());
      old.giveWay();
      compressor.wake(fresh.directory());
      logs.prune(fresh.directory());
      isUntidy = false;
    } catch (IOException e) {
      leftUntidy(e);
    }
  }

  /** Something is in the way beside the log, as it may be again after each rotation. */
  private void leftUntidy(IOException e) {
    if (!isUntidy) {
      LOG.warn("{}", IoFailure.reasonBeside("look after the rotated logs of " + path, e));
      isUntidy = true;
    }
  }

  private void failed(IOException e) {
    String reason = IoFailure.reasonBeside("rotate " + path, e);
    if (pauseNs == 0 || asked) {
      LOG.warn(
          "{} is written on, since it cannot be rotated: {}; it is tried again now and then",
          path,
          reason);
    }
    pauseNs = pauseNs == 0 ? FIRST_PAUSE_NS : Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
    notBeforeNs = nanoTime.getAsLong() + pauseNs;
  }
}
