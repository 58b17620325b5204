// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.QueueRole;
import io.kauditd.testkit.AuditQueueContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The rules for queues, with segments of the usual length and with short ones. */
class SpoolQueueContractTest {
  abstract static class Base extends AuditQueueContract {
    @TempDir private Path dir;

    private final long segmentBytes;
    private final Sync sync;

    Base(long segmentBytes, Sync sync) {
      this.segmentBytes = segmentBytes;
      this.sync = sync;
    }

    @Override
    protected AuditQueue open(QueueRole role) throws IOException {
      return open(dir.resolve("spool"));
    }

    private AuditQueue open(Path spool) throws IOException {
      return SpoolQueue.builder(spool).segmentSizeBytes(segmentBytes).sync(sync).open();
    }

    @Override
    protected boolean isDurable() {
      return true;
    }

    @Override
    protected AuditQueue openCopy(QueueRole role) throws IOException {
      Path copy = Files.createDirectory(dir.resolve("copy"));
      try (Stream<Path> files = Files.list(dir.resolve("spool"))) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
      return open(copy);
    }

    @Override
    protected boolean damage() throws IOException {
      Path segment = Spools.segments(dir.resolve("spool")).get(0);
      byte[] bytes = Files.readAllBytes(segment);
      bytes[bytes.length / 2] ^= 1;
      Files.write(segment, bytes);
      return true;
    }
  }

  @Nested
  class InUsualSegments extends Base {
    InUsualSegments() {
      super(SpoolBuilder.MAX_SEGMENT_BYTES, Sync.NONE);
    }
  }

  @Nested
  class InShortSegments extends Base {
    InShortSegments() {
      super(SpoolBuilder.MIN_SEGMENT_BYTES, Sync.NONE);
    }
  }

  @Nested
  class ForcedAfterEachPass extends Base {
    ForcedAfterEachPass() {
      super(SpoolBuilder.MAX_SEGMENT_BYTES, Sync.PASS);
    }
  }
}
