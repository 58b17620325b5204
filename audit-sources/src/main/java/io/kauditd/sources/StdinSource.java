// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Records from the lines of standard input, or of any other channel.
 *
 * <p>Standard input is read through a {@link java.nio.channels.FileChannel}, not through {@code
 * System.in}: closing the channel ends a read that waits for a terminal or a pipe. If standard
 * input ends by itself, it is not closed.
 *
 * <p>As a plug-in of an audit daemon it gets everything that the kernel sent, so missing serials
 * are reported unless the rules say otherwise.
 *
 * @since 0.1.0
 */
public final class StdinSource implements RecordSource {
  private static final String STANDARD_INPUT = "standard input";
  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/0");
  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ReadableByteChannel input;
  private final String name;
  private final LineRules rules;
  private final boolean unfiltered;
  private final Stop stop = new Stop();

  /**
   * Reads standard input.
   *
   * @param rules how its lines are taken
   */
  public StdinSource(LineRules rules) {
    this(
        new FileInputStream(FileDescriptor.in).getChannel(),
        STANDARD_INPUT,
        rules,
        AuditDaemon.isParent());
  }

  /**
   * Reads a channel; {@link #close} closes it.
   *
   * @param input one whose {@code close} ends a {@code read} of another thread, as those of the JDK
   * @param name what it is called in messages
   */
  public StdinSource(ReadableByteChannel input, String name, LineRules rules) {
    this(input, name, rules, false);
  }

  private StdinSource(ReadableByteChannel input, String name, LineRules rules, boolean unfiltered) {
    this.input = input;
    this.name = name;
    this.rules = rules;
    this.unfiltered = unfiltered;
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    var records = new LineRecords(sink, rules, unfiltered, System::currentTimeMillis);
    var lines = new LineSplitter(records, new LineName(""), LineSplitter.LARGE_CHUNK_BYTES);
    try {
      for (int count; !stop.isStopped() && (count = input.read(lines.room())) >= 0; ) {
        lines.read(count);
        if (count == 0) { // somebody has made the input non-blocking
          stop.await(POLL_NS);
        }
      }
    } catch (ClosedChannelException e) {
      if (!stop.isStopped()) {
        throw Failures.of("read " + name, e);
      }
    } catch (IOException e) {
      throw Failures.of("read " + name, e);
    } finally {
      lines.end();
      records.end();
    }
  }

  /** The file that standard input was redirected from, if it is one. */
  @Override
  public List<Path> files() {
    FileStat stat = name.equals(STANDARD_INPUT) ? FileStat.of(DESCRIPTOR) : null;
    return stat != null && stat.isRegular() ? List.of(DESCRIPTOR) : List.of();
  }

  @Override
  public void close() {
    stop.now();
    try {
      input.close();
    } catch (IOException e) {
      // It was only read from: there is nothing that could be lost, and nobody to tell.
    }
  }
}
