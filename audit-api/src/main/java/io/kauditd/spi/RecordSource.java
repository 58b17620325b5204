// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Reads records from somewhere: the kernel, a file, standard input, a socket, a generator.
 *
 * <p>The rules S1 to S10 of {@code docs/reference/spi-rules.md} say what a source promises; {@code
 * RecordSourceContract} of the test kit checks them.
 *
 * @since 0.1.0
 */
public interface RecordSource extends AutoCloseable {
  /**
   * Reads records and hands them over, each once and in order, until the source ends or is closed.
   * A record that the sink refuses is counted there and does not end the source. When this method
   * has returned, nothing more is handed over. Called once.
   *
   * <p><b>Thread</b>: a separate platform thread. <b>Blocking</b>: as long as the source lasts.
   * <b>Errors</b>: a bad record is reported to the sink and does not end the source. Any exception
   * except {@link IOException} is a fault of the source, and ends it.
   *
   * @throws IOException if the source cannot be opened or read, with a message that names it
   */
  void run(RecordSink sink) throws IOException;

  /**
   * Ends {@link #run} within a second, after the records read so far were handed over.
   *
   * <p><b>Thread</b>: any; also before or after {@link #run}, and more than once. <b>Blocking</b>:
   * never for the sink. If {@link #run} waits in the sink, it may return later, when the sink has
   * answered. <b>Errors</b>: none.
   */
  @Override
  void close();

  /**
   * Lets the source save its place for the last time. The log has been closed, so {@link
   * RecordSink#settled} has its final value. Called once, after {@link #run} has returned or was
   * given up.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: for the disk, a second at most.
   *
   * @throws IOException if it cannot be written, with a message that names the file
   */
  default void finish() throws IOException {}

  /**
   * The reasons why {@link #run} would fail now, one sentence each, as far as they can be found
   * without changing anything or taking a record; empty if none is known. {@code audit run --check}
   * asks, and runs nothing afterwards.
   *
   * <p><b>Thread</b>: any, before {@link #run}. <b>Blocking</b>: for the disk, a second at most.
   * <b>Errors</b>: an exception is a fault of the source.
   */
  default List<String> check() {
    return List.of();
  }

  /**
   * The files that it reads or writes, so that no transport writes to one of them.
   *
   * <p><b>Thread</b>: any, before {@link #run}. <b>Blocking</b>: never.
   */
  default List<Path> files() {
    return List.of();
  }

  /**
   * The places besides files that it receives from, such as {@code netlink:kernel} or {@code
   * kafka://broker:9092/topic}. A run is refused if its transport sends to one of them: what is
   * sent would be received again, without an end. Places are the same if their URIs are equal. The
   * scheme says what kind of place it is; plug-ins that use places of one kind agree on it.
   *
   * <p><b>Thread</b>: any, before {@link #run}; the answer never changes. <b>Blocking</b>: never.
   */
  default Set<URI> endpoints() {
    return Set.of();
  }
}
