// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import io.kauditd.api.AuditRecord;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Sends records to the daemon. It translates the errors of its medium into those of {@link
 * SendError}. The engine handles queues, limits and retries.
 *
 * <p><b>Threads</b>: only the kauditd thread calls the methods, or, in an engine without a thread,
 * the thread that runs the passes. The exceptions are {@link #files}, {@link #endpoints}, {@link
 * #check}, {@link #wantsNumbers}, {@link #maxBatchRecords} and {@link #deliveredBefore}.
 *
 * <p>The rules T1 to T17 of {@code docs/reference/spi-rules.md} say what a transport promises;
 * {@code TransportContract} of the test kit checks them.
 *
 * @since 0.1.0
 */
public interface Transport extends AutoCloseable {
  /**
   * Opens the connection to the daemon. Called at the start, and again, with growing pauses, after
   * it failed or after {@link #reset}, unless it is {@linkplain OpenResult#listening listening}.
   *
   * <p><b>Blocking</b>: at most a second. <b>Errors</b>: {@link OpenResult#failed}. An exception is
   * a fault of the transport: it is logged once and treated as a failure.
   *
   * @param context the same at each call; may be kept until {@link #close}
   */
  OpenResult open(TransportContext context);

  /**
   * Sends records, at least one, as many as suit the transport. A record counts as delivered when
   * this method reports it as taken. Nothing in a record may make a second record. A record that
   * can never be sent is {@link SendError#REJECTED}. Records that were written and not acknowledged
   * are {@linkplain SendResult#withInDoubt in doubt}.
   *
   * <p><b>Blocking</b>: at most the transport's send timeout; the kernel's is 100 ms.
   * <b>Errors</b>: in the result. An exception is a fault of the transport: it is logged once and
   * treated as {@link SendError#EIO} with no record taken.
   */
  SendResult send(RecordBatch batch);

  /**
   * Tells the transport that the engine has given up the connection, after an error that {@link
   * SendError#endsConnection}. The transport releases its resources; a listening one continues to
   * listen.
   *
   * <p><b>Blocking</b>: never for the daemon. <b>Errors</b>: what it throws is logged once.
   */
  default void reset() {}

  /**
   * Asks the transport to begin a new log, as {@code auditctl --signal rotate} asks auditd. A
   * transport without logs does nothing. Called between two calls of {@link #send}, whether it is
   * open or not.
   *
   * <p><b>Blocking</b>: at most a second. <b>Errors</b>: the transport logs a failure, which does
   * not end the connection; an exception is logged once.
   */
  default void rotate() {}

  /**
   * Asks a transport that stopped by itself to continue, as {@code auditctl --signal resume} asks
   * auditd after it was suspended for lack of disk space. A transport that never stops by itself
   * does nothing. Called like {@link #rotate}.
   *
   * <p><b>Blocking</b>: never for the daemon. <b>Errors</b>: what it throws is logged once.
   */
  default void resume() {}

  /**
   * The files that it writes, so that no source reads one of them. Also called before {@link
   * #open}, by any thread.
   *
   * <p><b>Blocking</b>: never.
   */
  default List<Path> files() {
    return List.of();
  }

  /**
   * The places besides files that it sends to, such as {@code netlink:kernel} or {@code
   * kafka://broker:9092/topic}, so that no source receives from one of them; see {@link
   * RecordSource#endpoints}. Also called before {@link #open}, by any thread.
   *
   * <p><b>Blocking</b>: never. The answer never changes.
   */
  default Set<URI> endpoints() {
    return Set.of();
  }

  /**
   * The reasons why {@link #open} would fail now, one sentence each, as far as they can be found
   * without changing anything and without contacting the daemon; empty if none is known. {@code
   * audit run --check} asks, and opens nothing afterwards.
   *
   * <p><b>Thread</b>: any, before {@link #open}. <b>Blocking</b>: for the disk, a second at most.
   * <b>Errors</b>: an exception is a fault of the transport.
   */
  default List<String> check() {
    return List.of();
  }

  /**
   * Whether it uses {@link AuditRecord#number}. Then the engine gives each record a number.
   *
   * <p><b>Thread</b>: any, before {@link #open}; the answer never changes. <b>Blocking</b>: never.
   */
  default boolean wantsNumbers() {
    return false;
  }

  /**
   * The most records that it is offered with one call of {@link #send}, 1 to 8,192. A transport
   * that waits for answers asks for as many as can be under way at a time: what it does not take is
   * offered again, and the daemon need not stand still between two calls. A larger batch takes
   * longer, and its records are out of their queue for that time. The engine replaces an impossible
   * number by the nearest possible one.
   *
   * <p><b>Thread</b>: any, before {@link #open}; the answer never changes. <b>Blocking</b>: never.
   */
  default int maxBatchRecords() {
    return 1_024;
  }

  /**
   * The records that earlier runs have delivered, the youngest first, read lazily; empty if the
   * transport cannot tell. Records that are delivered meanwhile may be among them. Called by any
   * thread.
   *
   * <p><b>Blocking</b>: for the disk. <b>Errors</b>: the stream throws an {@link
   * java.io.UncheckedIOException}.
   *
   * @return to be closed by the caller
   */
  default Stream<AuditRecord> deliveredBefore() {
    return Stream.empty();
  }

  /**
   * As {@link #deliveredBefore()}, of the log that records like this one go to, for a transport
   * that has several, such as one for each host.
   */
  default Stream<AuditRecord> deliveredBefore(AuditRecord like) {
    return deliveredBefore();
  }

  /**
   * Closes it for good. Called once, even if {@link #open} was never called. It must not lose
   * records that {@link #send} has reported as taken.
   *
   * <p><b>Blocking</b>: at most a second, even while the daemon takes nothing. <b>Errors</b>: what
   * it throws is logged once.
   */
  @Override
  void close();
}
