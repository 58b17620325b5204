// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.Counts;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Appends the records of each host to a file of its own, through a {@link FileTransport} for each.
 * The files that were used last stay open, as many as the process has descriptors for. If these are
 * used up all the same, the older half of them is closed.
 *
 * <p>Records are delivered in their order, so a file that cannot be written to holds up all records
 * behind it. That is acceptable, because the files share a directory: if one has no room, the
 * others usually have none either.
 */
final class NodeFiles implements Transport {
  /** Each has a buffer, of some 256 KiB. */
  private static final int MAX_OPEN = 128;

  /** Logs take half of the descriptors that the process may have; the rest of it needs some. */
  private static final int SHARE = 2;

  private final NodePath path;
  private final Function<Path, FileTransport> make;
  private final int maxNodes;
  private final int maxOpen;
  private final Set<String> nodes = new HashSet<>();
  private final LinkedHashMap<String, FileTransport> open = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable TransportContext context;

  /**
   * @param make makes the transport of one file
   * @param maxNodes the maximum number of hosts; it is limited because a sender can invent names
   */
  NodeFiles(NodePath path, Function<Path, FileTransport> make, int maxNodes) {
    this.path = path;
    this.make = make;
    this.maxNodes = maxNodes;
    long openable = Descriptors.limit() / SHARE / Descriptors.OF_A_LOG;
    this.maxOpen = Math.clamp(openable, 1, MAX_OPEN);
  }

  @Override
  public OpenResult open(TransportContext newContext) {
    reset();
    context = newContext;
    List<String> obstacles = check();
    return obstacles.isEmpty() ? OpenResult.connected() : OpenResult.failed(obstacles.getFirst());
  }

  /** The files show only with the records. */
  @Override
  public List<String> check() {
    return Files.isDirectory(path.directory())
        ? List.of()
        : List.of(path + ": the directory " + path.directory() + " does not exist; create it");
  }

  @Override
  public SendResult send(RecordBatch batch) {
    int taken = 0;
    var runs = new Runs(batch);
    while (runs.hasNext()) {
      SendResult result = send(runs);
      taken += result.taken();
      if (result.error() != null) {
        return SendResult.failed(taken, result.error(), String.valueOf(result.reason()));
      }
      if (result.taken() < runs.pulledOfRun()) {
        break;
      }
    }
    return SendResult.sent(taken);
  }

  /** Sends the records up to the next one of another host. */
  private SendResult send(Runs run) {
    String node = run.node();
    FileTransport file = open.get(node);
    if (file == null) {
      Path place = path.fileOf(node);
      if (place == null || (!nodes.contains(node) && nodes.size() == maxNodes)) {
        return SendResult.failed(
            0,
            SendError.REJECTED,
            place == null
                ? "the name of a node is no name for a file: '" + node + "'"
                : "there are records of "
                    + Counts.of(maxNodes, "node")
                    + " already; max-nodes allows for more");
      }
      file = make.apply(place);
      OpenResult opened = open(file);
      if (opened.outcome() == OpenResult.Outcome.FAILED) {
        file.close();
        return SendResult.failed(0, SendError.ECONNREFUSED, "open " + opened.reason());
      }
      nodes.add(node);
      open.put(node, file);
    }
    return sendTo(file, run);
  }

  private OpenResult open(FileTransport file) {
    TransportContext given = Objects.requireNonNull(context, "open comes first");
    if (open.size() == maxOpen) {
      closeOldest(1);
    }
    OpenResult opened = file.open(given);
    while (opened.outcome() == OpenResult.Outcome.FAILED
        && !open.isEmpty()
        && Descriptors.areUsedUp()) {
      closeOldest((open.size() + 1) / 2);
      opened = file.open(given);
    }
    return opened;
  }

  /** Sends to the file that was used last, which may have to be opened anew, or rotated. */
  private SendResult sendTo(FileTransport file, Runs run) {
    SendResult result = file.send(run);
    if (result.error() == SendError.ECONNREFUSED && open.size() > 1 && Descriptors.areUsedUp()) {
      closeOldest(open.size() / 2);
      return SendResult.failed(result.taken(), SendError.EAGAIN, String.valueOf(result.reason()));
    }
    return result;
  }

  private void closeOldest(int count) {
    for (int i = 0; i < count; i++) {
      open.pollFirstEntry().getValue().close();
    }
  }

  @Override
  public void reset() {
    open.values().forEach(FileTransport::reset);
  }

  @Override
  public void rotate() {
    open.values().forEach(FileTransport::rotate);
  }

  @Override
  public void resume() {
    open.values().forEach(FileTransport::resume);
  }

  /** Those that are there. */
  @Override
  public List<Path> files() {
    var files = new ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(path.directory(), path::isOfANode)) {
      all.forEach(files::add);
    } catch (IOException e) {
      return List.of(); // there is no directory yet, or none that can be read
    }
    return files;
  }

  /** Of the file of the record's host. */
  @Override
  public Stream<AuditRecord> deliveredBefore(AuditRecord like) {
    Path place = path.fileOf(NodePath.nodeOf(like));
    return place == null ? Stream.empty() : new DeliveredLines(place).stream();
  }

  @Override
  public void close() {
    open.values().forEach(FileTransport::close);
    open.clear();
  }

  @Override
  public String toString() {
    return "file:" + path;
  }

  /** A batch as one batch for each run of records of one host. */
  private static final class Runs implements RecordBatch {
    private final RecordBatch batch;
    private @Nullable AuditRecord ahead;
    private String node = "";
    private int pulled;

    Runs(RecordBatch batch) {
      this.batch = batch;
      this.ahead = batch.next();
    }

    /** Begins a run, if there are records left. */
    boolean hasNext() {
      pulled = 0;
      if (ahead == null) {
        return false;
      }
      node = NodePath.nodeOf(ahead);
      return true;
    }

    String node() {
      return node;
    }

    int pulledOfRun() {
      return pulled;
    }

    @Override
    public @Nullable AuditRecord next() {
      AuditRecord next = ahead;
      if (next == null || !NodePath.nodeOf(next).equals(node)) {
        return null;
      }
      ahead = batch.next();
      pulled++;
      return next;
    }

    @Override
    public long peer() {
      return batch.peer();
    }
  }
}
