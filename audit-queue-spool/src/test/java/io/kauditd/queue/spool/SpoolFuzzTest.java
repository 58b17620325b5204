// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Deep;
import io.kauditd.fixtures.DeepSearch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages spools in every way, lets the program die in the middle of any change of a file, and
 * compares what a spool offers and counts with what lies in its files, which is read apart from it:
 * nothing whole is lost or withheld, nothing acknowledged comes again, and each loss is counted
 * once over any number of openings.
 */
@Timeout(3_600)
class SpoolFuzzTest {
  @TempDir Path dir;

  @Test
  @Tag(Deep.TAG)
  void damagedSpoolsOfferWhatIsWholeAndCountTheRestOnce() throws IOException {
    try (DeepSearch spools = Deep.search("damaged spools", 300, 100_000, 1_000_000)) {
      for (long seed = spools.seed(); spools.goesOn(); seed++) {
        Path spool = dir.resolve("spool");
        try {
          new Life(spool, seed).live();
        } catch (AssertionError | IOException | RuntimeException e) {
          throw new AssertionError("with -D" + Deep.SEED_PROPERTY + "=" + seed + ": " + e, e);
        }
        Spools.delete(spool);
        spools.tried(1);
      }
    }
  }

  /** What happens to one spool: runs of a program, with damage in between. */
  private static final class Life {
    private static final int MOST_ROUNDS = 4;

    private final Path spool;
    private final Random random;
    private final DamagedSpool files;
    private final Sync sync; // mapped, or written
    private final int longBytes; // what is written all the same
    private final StringBuilder story = new StringBuilder();
    private final Set<Long> acknowledged = new HashSet<>();
    private final Set<Long> taken = new HashSet<>();
    private final Set<Long> uncertain = new HashSet<>(); // the program died while they were
    private boolean isCursorHit;
    private long next = 1;

    Life(Path spool, long seed) {
      this.spool = spool;
      this.random = new Random(seed);
      this.files = new DamagedSpool(spool);
      this.sync = random.nextBoolean() ? Sync.NONE : Sync.PASS;
      this.longBytes = random.nextBoolean() ? 600 : Integer.MAX_VALUE;
    }

    private SpoolQueue open(Disk disk) throws IOException {
      SpoolBuilder builder = SpoolQueue.builder(spool).segmentSizeBytes(4096).sync(sync);
      builder.disk = disk;
      builder.longBytes = longBytes;
      return builder.open();
    }

    private Disk disk() {
      return new CrashingDisk(random, Long.MAX_VALUE);
    }

    /** Of bytes that do not repeat, or a piece that is doubled could make a torn one whole. */
    private static AuditRecord record(long number) {
      var bytes = new byte[new Random(number).nextInt(number % 7 == 0 ? 2_000 : 300)];
      new Random(~number).nextBytes(bytes);
      return AuditRecord.ofBytes(1300, number, number, bytes);
    }

    void live() throws IOException {
      int rounds = 1 + random.nextInt(MOST_ROUNDS);
      try {
        run(disk());
        for (int round = 0; round < rounds; round++) {
          int hits = random.nextInt(4);
          for (int i = 0; i < hits; i++) {
            String damage = files.damage(random);
            story.append("; ").append(damage);
            isCursorHit |= damage.startsWith("acknowledged");
          }
          check();
          boolean dies = random.nextInt(3) == 0;
          run(dies ? new CrashingDisk(random, random.nextInt(60)) : disk());
        }
        end();
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n  after " + story, e);
      }
    }

    /** Opens it twice, and compares what it offers and counts with what is there. */
    private void check() throws IOException {
      DamagedSpool.Slot slot = files.slot();
      NavigableMap<Long, byte[]> whole = files.whole();
      long from = slot == null ? Long.MIN_VALUE : slot.acknowledged();
      List<Long> expected = new ArrayList<>();
      for (byte[] frame : whole.tailMap(from, false).values()) {
        expected.add(serial(frame));
      }
      if (isCursorHit) { // at most the last acknowledgement is forgotten; all, if both slots are
        // hit
        acknowledged.removeAll(expected);
        isCursorHit = false;
      }
      assertThat(expected).as("acknowledged").noneMatch(acknowledged::contains);
      long lost;
      try (SpoolQueue queue = open(disk())) {
        lost = queue.lost();
        assertThat(queue.size()).as("size").isEqualTo(expected.size());
        assertThat(queue.recovered()).as("recovered").isEqualTo(expected.size() + lost);
        assertThat(poll(queue)).as("offered").isEqualTo(expected);
        assertThat(queue.lost()).as("lost, when all was read").isEqualTo(lost);
        queue.putBack(expected.size());
      }
      if (slot != null) {
        long last = Math.max(slot.taken(), whole.isEmpty() ? 0 : whole.lastKey());
        long missing = last - from - expected.size() - slot.counted();
        // What was taken since the cursor was written may be known by a name, or not be known.
        assertThat(lost).as("lost, at least").isGreaterThanOrEqualTo(Math.max(0, missing));
        long most =
            Math.max(last, files.lastSequence()) + 1 - from - expected.size() - slot.counted();
        assertThat(lost).as("lost, at most").isLessThanOrEqualTo(Math.max(0, most));
      }
      for (int i = 0; i < 2; i++) {
        if (random.nextInt(4) == 0) {
          story.append("; slot ").append(hitOneSlot());
        }
        try (SpoolQueue queue = open(disk())) {
          assertThat(queue.lost()).as("lost, counted once").isZero();
          assertThat(poll(queue)).as("offered again").isEqualTo(expected);
          queue.putBack(expected.size());
        }
      }
    }

    /** Damages one slot of the cursor; the other one knows what was counted, too. */
    private int hitOneSlot() throws IOException {
      Path cursor = spool.resolve("acknowledged");
      byte[] bytes = Files.readAllBytes(cursor);
      int slot = random.nextInt(2);
      bytes[slot * 4096 + random.nextInt(44)] ^= 0x20;
      Files.write(cursor, bytes);
      return slot;
    }

    private static long serial(byte[] frame) {
      return ByteBuffer.wrap(frame).getLong(32 + 12);
    }

    private List<Long> poll(SpoolQueue queue) {
      var serials = new ArrayList<Long>();
      for (AuditRecord each = queue.poll(); each != null; each = queue.poll()) {
        if (!each.equals(record(each.serial()))) { // an assertion for each would take long
          throw new AssertionError("not the record that was added: " + each.serial());
        }
        serials.add(each.serial());
      }
      return serials;
    }

    /** A run of a program, which ends as it should or dies. */
    private void run(Disk disk) throws IOException {
      taken.clear();
      SpoolQueue queue;
      try {
        queue = open(disk);
      } catch (IOException e) {
        if (disk instanceof CrashingDisk crashing && crashing.isDead()) {
          story.append("; dies while it is opened");
          return;
        }
        throw e;
      }
      try (queue) {
        story.append("; run ").append(queue.size());
        use(queue, disk);
      }
      files.learn();
      var there = new HashSet<Long>(acknowledged);
      there.addAll(uncertain);
      for (byte[] frame : files.whole().values()) {
        there.add(serial(frame));
      }
      taken.removeAll(there);
      assertThat(taken).as("taken, and not on the disk").isEmpty();
    }

    private void use(SpoolQueue queue, Disk disk) {
      var flight = new ArrayList<Long>();
      int turns = random.nextInt(60);
      for (int turn = 0; turn < turns; turn++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> addSome(queue);
          case 4, 5 -> {
            for (int i = random.nextInt(12); i > 0; i--) {
              AuditRecord record = queue.poll();
              if (record != null) {
                if (acknowledged.contains(record.serial())) {
                  throw new AssertionError("acknowledged, and offered: " + record.serial());
                }
                flight.add(record.serial());
              }
            }
          }
          case 6 -> {
            int count = random.nextInt(flight.size() + 1);
            queue.acknowledge(count);
            List<Long> done = flight.subList(0, count);
            (((CrashingDisk) disk).isDead() ? uncertain : acknowledged).addAll(done);
            done.clear();
          }
          default -> {
            if (random.nextBoolean()) {
              queue.passEnded();
            } else {
              int count = random.nextInt(flight.size() + 1);
              queue.putBack(count);
              flight.subList(flight.size() - count, flight.size()).clear();
            }
          }
        }
      }
    }

    private void addSome(SpoolQueue queue) {
      var records = new ArrayList<AuditRecord>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        records.add(record(next++));
      }
      try {
        if (random.nextBoolean()) {
          int count = queue.addAll(records, Integer.MAX_VALUE);
          records.subList(0, count).forEach(each -> taken.add(each.serial()));
        } else {
          for (AuditRecord each : records) {
            assertThat(queue.add(each, Integer.MAX_VALUE)).isTrue();
            taken.add(each.serial());
          }
        }
      } catch (IOException e) {
        // dead: they may be there or not
      }
    }

    /** All that is left is delivered, and nothing of it comes again. */
    private void end() throws IOException {
      try (SpoolQueue queue = open(disk())) {
        int count = poll(queue).size();
        queue.acknowledge(count);
      }
      try (SpoolQueue queue = open(disk())) {
        assertThat(queue.recovered()).as("recovered at the end").isZero();
        assertThat(queue.lost()).as("lost at the end").isZero();
        assertThat(queue.poll()).isNull();
      }
    }
  }
}
