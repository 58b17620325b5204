// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends records to a log, one line each, in the audit daemon's format. A record counts as taken
 * when its whole line is in the file, and forced to the disk if the {@link FlushMode} says so. If a
 * line did not fit, the part that was written is cut off again.
 *
 * <p>A full disk is {@link SendError#EAGAIN}: the records wait until there is room. A file that
 * cannot be reached any more is a lost connection. If the file was moved, deleted, or changed by
 * somebody else, the log is opened again before the next batch.
 *
 * <p>Calls wait for the disk as long as the operating system lets them; there is no timeout.
 *
 * @since 0.1.0
 */
public final class FileTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(FileTransport.class);

  private final Path path;
  private final LogOpener opener;
  private final Flusher flusher;
  private final Rotator rotator;
  private final DiskWatch disk;
  private final LineBatch lines = new LineBatch();
  private @Nullable LogFile open;
  private @Nullable Leftover leftover;
  private boolean interrupted;

  /**
   * A transport.
   *
   * @param nanoTime a clock for pauses
   */
  FileTransport(FileTransportBuilder options, LongSupplier nanoTime) {
    this.path = options.path;
    this.opener = new LogOpener(options.path, options.group);
    this.flusher = new Flusher(options.flush, options.flushRecords);
    this.rotator = new Rotator(options, opener, nanoTime);
    this.disk = new DiskWatch(options, nanoTime);
  }

  /** Starts to build a transport that appends to a file. */
  public static FileTransportBuilder builder(Path path) {
    return new FileTransportBuilder(path);
  }

  @Override
  public List<Path> files() {
    return List.of(path);
  }

  @Override
  public List<String> check() {
    try {
      opener.check();
      return List.of();
    } catch (IOException e) {
      return List.of(notOpened(e));
    }
  }

  private String notOpened(IOException e) {
    return IoFailure.of(path.toString(), e).reason();
  }

  @Override
  public Stream<AuditRecord> deliveredBefore() {
    return new DeliveredLines(path).stream();
  }

  @Override
  public OpenResult open(TransportContext context) {
    reset();
    disk.context(context);
    deferInterrupt();
    try {
      openFile();
      return OpenResult.connected();
    } catch (IOException e) {
      return OpenResult.failed(notOpened(e));
    } finally {
      restoreInterrupt();
    }
  }

  @Override
  public SendResult send(RecordBatch batch) {
    lines.fill(batch, rotator.room(open != null ? open.sizeBytes() : 0));
    AuditRecord refused = lines.refused();
    if (lines.count() == 0 && refused != null) {
      return rejected(refused);
    }
    deferInterrupt();
    try {
      SendResult result = writeIfThereIsRoom();
      return result.error() == null && refused != null ? rejected(refused) : result;
    } finally {
      restoreInterrupt();
    }
  }

  private SendResult rejected(AuditRecord record) {
    return SendResult.failed(
        lines.count(),
        SendError.REJECTED,
        "record " + record.serial() + " is longer than " + AuditRecord.MAX_LENGTH_BYTES + " bytes");
  }

  private SendResult writeIfThereIsRoom() {
    String refusal = disk.refusal(lines.bytes().remaining());
    return refusal == null ? write() : SendResult.failed(0, SendError.EAGAIN, refusal);
  }

  private SendResult write() {
    LogFile file;
    try {
      file = currentFile();
      if (rotator.isDue(file)) {
        file = rotate(file);
      }
    } catch (IOException e) {
      return failed(0, failure("open", e));
    }
    return append(file, file.sizeBytes());
  }

  private SendResult append(LogFile file, long start) {
    IOException failure = null;
    try {
      file.append(lines.bytes());
    } catch (IOException e) {
      failure = e;
    }
    int whole = lines.written();
    try {
      if (failure != null) {
        cutTo(start + lines.lengthOf(whole), file);
      }
      flusher.wrote(openOr(file), whole);
    } catch (IOException e) {
      withdraw(openOr(file), start);
      return failed(0, failure("force", e));
    }
    if (failure != null) {
      return failed(whole, failure("write to", failure));
    }
    disk.wrote();
    return SendResult.sent(whole);
  }

  /** The file that replaced another, if it had to be opened again. */
  private LogFile openOr(LogFile file) {
    return open != null ? open : file;
  }

  /**
   * Takes a batch back that could not be forced. The kernel may have dropped what it could not
   * write and call the file clean, so its state is unknown. The batch is written again after the
   * file was opened again.
   */
  private void withdraw(LogFile file, long start) {
    leftover = file.leftoverFrom(start);
    try {
      if (file.isOpen()) {
        file.cutTo(start);
        leftover = null;
      } else {
        cutLeftover();
      }
    } catch (IOException e) {
      LOG.debug("{}; it will be cut when it is opened again", failure("cut", e).reason());
    }
    closeFile();
  }

  /** Cuts off what was written after some size; if that fails, when the file is opened again. */
  private void cutTo(long sizeBytes, LogFile file) throws IOException {
    leftover = file.leftoverFrom(sizeBytes);
    if (!file.isOpen()) { // by an interrupt
      cutLeftover();
    } else if (file.sizeBytes() > sizeBytes) {
      file.cutTo(sizeBytes);
    }
    leftover = null;
  }

  /** Opens the file for nothing but the cut that it needs. */
  private void cutLeftover() throws IOException {
    if (leftover != null) {
      deferInterrupt();
      closeFile();
      openFile();
    }
  }

  /** The file that stands at the path now. */
  private LogFile currentFile() throws IOException {
    LogFile file = open;
    if (file != null && !file.isCurrent()) {
      LOG.info("{} was moved or changed by another program; opening it anew", path);
      reset();
      file = null;
    }
    return file != null ? file : openFile();
  }

  private LogFile openFile() throws IOException {
    LogFile file = opener.open(leftover);
    leftover = null;
    open = file;
    flusher.opened(file);
    rotator.opened(file);
    disk.opened(file.directory().resolve(Path.of(".")));
    return file;
  }

  private LogFile rotate(LogFile file) throws IOException {
    flusher.forceAll(file);
    LogFile fresh = rotator.rotate(file);
    if (fresh != file) {
      open = fresh;
      flusher.opened(fresh);
    }
    return fresh;
  }

  private SendResult failed(int taken, IoFailure failure) {
    if (failure.isNoRoom()) {
      disk.foundFull(failure);
    }
    return SendResult.failed(taken, failure.error(), failure.reason());
  }

  private IoFailure failure(String doing, IOException cause) {
    return IoFailure.of(doing + " " + path, cause);
  }

  /**
   * Clears the interrupt flag of this thread until {@link #restoreInterrupt}, since an interrupt
   * would close the file. One that comes in the middle of a call still does so, and is handled
   * there.
   */
  private void deferInterrupt() {
    interrupted |= Thread.interrupted();
  }

  private void restoreInterrupt() {
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
  }

  private void closeFile() {
    LogFile file = open;
    open = null;
    if (file != null) {
      rotator.closing();
      try {
        file.close();
      } catch (IOException e) {
        LOG.warn("{}", failure("close", e).reason());
      }
    }
  }

  /** Forces what was not yet forced, and closes the file. */
  @Override
  public void reset() {
    LogFile file = open;
    if (file == null) {
      return;
    }
    try {
      if (file.isOpen()) {
        flusher.forceAll(file);
      }
    } catch (IOException e) {
      LOG.warn("{}", failure("force", e).reason());
    }
    closeFile();
  }

  /** Begins a new log, if the old one holds anything. */
  @Override
  public void rotate() {
    rotator.ask();
    LogFile file = open;
    if (file == null) {
      return; // when it is opened again
    }
    deferInterrupt();
    try {
      if (rotator.isDue(file)) {
        rotate(file);
      }
    } catch (IOException e) {
      LOG.warn("{}; a new log is begun with the next records", failure("rotate", e).reason());
    } finally {
      restoreInterrupt();
    }
  }

  /** Goes on after {@link DiskAction#STOP}, whatever is free. */
  @Override
  public void resume() {
    disk.resume();
  }

  @Override
  public void close() {
    deferInterrupt();
    try {
      cutLeftover();
    } catch (IOException e) {
      LOG.warn(
          "{} may end in records that are not delivered: {}", path, failure("cut", e).reason());
    }
    reset();
    restoreInterrupt();
  }

  @Override
  public String toString() {
    return "file:" + path;
  }
}
