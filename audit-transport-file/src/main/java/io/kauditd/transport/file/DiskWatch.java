// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.spi.TransportContext;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches how much of the disk is free, and acts when it is too little: once each time that a limit
 * is passed. It looks before a batch is written, if a second has passed since the last look or much
 * was written since then.
 */
final class DiskWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
  private static final long LOOK_NS = 1_000_000_000L;
  private static final long LOOK_STOPPED_NS = 100_000_000L;
  private static final long LEAST_BYTES = 64 * 1024;

  /** As much has to be free, at least, that a disk which was full is not. */
  private static final long NOT_FULL_BYTES = 64 * 1024;

  /** What is measured. */
  interface Disk {
    /** Bytes that this user may still write. */
    long freeBytes();

    /** The size, 0 if that cannot be known now. */
    long sizeBytes();
  }

  private final Path path;
  private final Limit space;
  private final Limit adminSpace;
  private final Limit full;
  private final LongSupplier nanoTime;
  private final Set<Path> running = ConcurrentHashMap.newKeySet();
  private @Nullable TransportContext context;
  private @Nullable Disk disk;
  private long nextLookNs;
  private long bytesToLook;
  private @Nullable Limit stoppedBy;

  /** A limit, what is done when it is passed, and whether it was. */
  private static final class Limit {
    final String option;
    final SpaceLimit atLeast;
    final DiskAction action;
    boolean passed;

    Limit(String option, SpaceLimit atLeast, DiskAction action) {
      this.option = option;
      this.atLeast = atLeast;
      this.action = action;
    }

    boolean isWatched() {
      return !atLeast.isNone() && action.kind() != DiskAction.Kind.IGNORE;
    }
  }

  DiskWatch(FileTransportBuilder options, LongSupplier nanoTime) {
    this.path = options.path;
    this.space = new Limit("space-left", options.spaceLeft, options.spaceLeftAction);
    this.adminSpace =
        new Limit("admin-space-left", options.adminSpaceLeft, options.adminSpaceLeftAction);
    this.full = new Limit("disk-full", SpaceLimit.ofBytes(NOT_FULL_BYTES), options.diskFullAction);
    this.nanoTime = nanoTime;
  }

  void context(TransportContext given) {
    context = given;
  }

  /** A log was opened in a directory, which a path leads to for as long as it is open. */
  void opened(Path directory) {
    File place = directory.toFile();
    opened(
        new Disk() {
          @Override
          public long freeBytes() {
            return place.getUsableSpace();
          }

          @Override
          public long sizeBytes() {
            return place.getTotalSpace();
          }
        });
  }

  void opened(Disk measured) {
    disk = measured;
    bytesToLook = 0;
  }

  /**
   * Asked before each batch.
   *
   * @return why nothing may be written; null if it may
   */
  @Nullable String refusal(int batchBytes) {
    boolean isWatching = space.isWatched() || adminSpace.isWatched() || stoppedBy != null;
    Disk measured = disk;
    if (!isWatching || measured == null) {
      return null;
    }
    long nowNs = nanoTime.getAsLong();
    bytesToLook -= batchBytes;
    if (bytesToLook <= 0 || nowNs - nextLookNs >= 0) {
      look(measured);
      nextLookNs = nowNs + (stoppedBy != null ? LOOK_STOPPED_NS : LOOK_NS);
    }
    Limit stopped = stoppedBy;
    return stopped == null
        ? null
        : "writing to "
            + path
            + " was stopped by "
            + stopped.option
            + "-action; it goes on when at least "
            + stopped.atLeast
            + " of the disk are free, or on request (SIGUSR2)";
  }

  private void look(Disk measured) {
    long size = measured.sizeBytes();
    if (size == 0) {
      bytesToLook = Long.MAX_VALUE; // by time alone
      return;
    }
    long free = measured.freeBytes();
    check(space, free, size);
    check(adminSpace, free, size);
    if (stoppedBy == full && free >= full.atLeast.bytesOf(size)) {
      stoppedBy = null; // it is tried; a quota may be full where the disk is not
    }
    long distance = Long.MAX_VALUE;
    for (Limit limit : new Limit[] {space, adminSpace}) {
      if (limit.isWatched() && !limit.passed) {
        distance = Math.min(distance, free - limit.atLeast.bytesOf(size));
      }
    }
    bytesToLook = Math.max(LEAST_BYTES, distance / 4);
  }

  private void check(Limit limit, long free, long size) {
    if (!limit.isWatched()) {
      return;
    }
    long needed = limit.atLeast.bytesOf(size);
    if (free < needed && !limit.passed) {
      limit.passed = true;
      act(
          limit,
          "only "
              + SpaceLimit.inUnits(free)
              + " are free on the disk of "
              + path
              + ", less than "
              + limit.option
              + " ("
              + limit.atLeast
              + ")",
          limit.action.stops() ? IoFailure.MAKE_ROOM : "");
    } else if (free >= needed && limit.passed) {
      goOn(limit);
    }
  }

  private void goOn(Limit limit) {
    limit.passed = false;
    LOG.info("there is room on the disk of {} again ({})", path, limit.option);
    if (stoppedBy == limit) {
      stoppedBy = adminSpace.passed && adminSpace.action.stops() ? adminSpace : null;
    }
  }

  /** Records did not fit. */
  void foundFull(IoFailure failure) {
    if (!full.passed && full.action.kind() != DiskAction.Kind.IGNORE) {
      full.passed = true;
      act(full, failure.reason(), failure.wayOut());
    } else if (full.action.stops()) {
      stopBy(full);
    }
  }

  private void stopBy(Limit limit) {
    stoppedBy = limit;
    nextLookNs = nanoTime.getAsLong() + LOOK_STOPPED_NS;
    bytesToLook = Long.MAX_VALUE; // by time alone
  }

  /** Records were written. */
  void wrote() {
    if (full.passed) {
      goOn(full);
    }
  }

  /**
   * Somebody asks to go on, whatever is free. The actions are not repeated until there was room
   * again.
   */
  void resume() {
    if (stoppedBy != null) {
      LOG.warn("{} is written on, on request", path);
      stoppedBy = null;
    }
  }

  private void act(Limit limit, String what, String wayOut) {
    DiskAction action = limit.action;
    boolean ends = action.kind() == DiskAction.Kind.PANIC;
    LOG.warn(
        "{}; {}-action is {}{}{}",
        what,
        limit.option,
        action,
        action.stops() ? ", records wait in the queues" : "",
        ends || wayOut.isEmpty() ? "" : "; " + wayOut);
    if (action.stops()) {
      stopBy(limit);
    }
    if (action.kind() == DiskAction.Kind.PANIC && context != null) {
      context.panic(what);
    }
    Path program = action.program();
    if (program != null) {
      start(program);
    }
  }

  /** On a thread of its own: to start a program takes longer than a record may. */
  private void start(Path program) {
    if (!running.add(program)) {
      LOG.warn("{} still runs since the last time, and is not started again", program);
      return;
    }
    Thread.ofPlatform()
        .name("kauditd-exec")
        .daemon(true)
        .start(() -> {
          try {
            Process process =
                new ProcessBuilder(program.toString())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int code = process.waitFor();
            if (code != 0) {
              LOG.warn("{} ended with exit code {}", program, code);
            }
          } catch (IOException e) {
            LOG.warn("{} cannot be started: {}", program, e.getMessage());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            running.remove(program);
          }
        });
  }
}
