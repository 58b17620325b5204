// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The way to the daemon. It translates what its medium says into the errors of {@link SendError};
 * queues, limits and retries are the engine's.
 *
 * <p><b>Threads</b>: every method but {@link #files}, {@link #check}, {@link #wantsNumbers} and
 * {@link #deliveredBefore} is called by the kauditd thread alone, or, in an engine without a
 * thread, by whoever runs the passes.
 *
 * <p>The rules T1 to T16 of {@code docs/reference/spi-rules.md} say what a transport promises;
 * {@code TransportContract} of the test kit checks them.
 *
 * @since 0.1.0
 */
public interface Transport extends AutoCloseable {
  /**
   * Opens the way to the daemon; called first at the start, and again, with growing pauses, after
   * it failed or after {@link #reset}, unless it is {@linkplain OpenResult#listening listening}.
   *
   * <p><b>Blocking</b>: bounded, a second at the most. <b>Errors</b>: {@link OpenResult#failed}. An
   * exception is a fault of the transport: it is logged once and treated as a failure.
   *
   * @param context the same at each call; may be kept until {@link #close}
   */
  OpenResult open(TransportContext context);

  /**
   * Sends records, as many as suit the transport, one at least. A record counts as delivered when
   * this method says that it was taken, so it says so only then. Nothing in a record may make a
   * second one of it; one that can never be sent is {@link SendError#REJECTED}. What was written
   * and not acknowledged is {@linkplain SendResult#withInDoubt in doubt}.
   *
   * <p><b>Blocking</b>: bounded by the transport's send time-out; the kernel's is 100 ms.
   * <b>Errors</b>: in the result. An exception is a fault of the transport: it is logged once and
   * treated as {@link SendError#EIO} with no record taken.
   */
  SendResult send(RecordBatch batch);

  /**
   * The engine has given up the connection, after an error that {@link SendError#endsConnection}.
   * The transport lets go of what it holds open; a listening one goes on listening.
   *
   * <p><b>Blocking</b>: never for the daemon. <b>Errors</b>: what it throws is logged once.
   */
  default void reset() {}

  /**
   * Somebody asks to begin a new log, as {@code auditctl --signal rotate} asks of auditd. A
   * transport without logs of its own has nothing to do. Called between two calls of {@link #send},
   * whether it is open or not.
   *
   * <p><b>Blocking</b>: bounded, a second at most. <b>Errors</b>: what cannot be done is logged by
   * the transport, and does not end the connection; what it throws is logged once.
   */
  default void rotate() {}

  /**
   * Somebody asks to go on after the transport had stopped by itself, as {@code auditctl --signal
   * resume} asks of auditd after it was suspended for want of disk space. A transport that never
   * stops by itself has nothing to do. Called as {@link #rotate} is.
   *
   * <p><b>Blocking</b>: never for the daemon. <b>Errors</b>: what it throws is logged once.
   */
  default void resume() {}

  /**
   * The files that it writes to, so that no source is told to read one of them. Also called before
   * {@link #open}, by any thread.
   *
   * <p><b>Blocking</b>: never.
   */
  default List<Path> files() {
    return List.of();
  }

  /**
   * What would keep {@link #open} from succeeding now, a sentence each, as far as that can be told
   * without changing anything and without a word to the daemon; none if nothing is known. {@code
   * audit run --check} asks, and opens nothing afterwards.
   *
   * <p><b>Thread</b>: any, before {@link #open}. <b>Blocking</b>: for the disk, a second at most.
   * <b>Errors</b>: an exception is a fault of the transport.
   */
  default List<String> check() {
    return List.of();
  }

  /**
   * Whether it makes use of {@link AuditRecord#number}: the engine then gives each record one.
   *
   * <p><b>Thread</b>: any, before {@link #open}; the answer never changes. <b>Blocking</b>: never.
   */
  default boolean wantsNumbers() {
    return false;
  }

  /**
   * The records that earlier runs have delivered, the youngest first, read as they are asked for;
   * empty if the transport cannot tell. Records that are being delivered meanwhile may be among
   * them. Called by any thread.
   *
   * <p><b>Blocking</b>: for the disk. <b>Errors</b>: an {@link java.io.UncheckedIOException} out of
   * the stream.
   *
   * @return to be closed by the caller
   */
  default Stream<AuditRecord> deliveredBefore() {
    return Stream.empty();
  }

  /**
   * Closes it for good. Called once, also if {@link #open} was never called. What {@link #send}
   * said was taken is not lost by it.
   *
   * <p><b>Blocking</b>: bounded, a second at the most, also while the daemon takes nothing.
   * <b>Errors</b>: what it throws is logged once.
   */
  @Override
  void close();
}
