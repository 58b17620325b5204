// SPDX-License-Identifier: Apache-2.0
package io.kauditd.queue.spool;

import io.kauditd.api.AuditRecord;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.Counts;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue in a directory, whose records survive the program: when the directory is opened the next
 * time, records that were added but not acknowledged are offered again, in the old order.
 *
 * <p>Records are appended to segments, files of some megabytes. A segment is deleted when all its
 * records were acknowledged. The size of the directory is limited; the limit in records comes with
 * each {@link #add}. Only the places of the records in flight are in memory.
 *
 * <p>Records of producers that add at the same time are written together, by one of them. {@link
 * #poll} takes no lock: after a record was written, the end of its run moves, then the count of
 * added records, and both publish it.
 *
 * <p>A record keeps its number, or gets the next one if it has none. A number is never used again,
 * not even in later runs.
 *
 * @since 0.1.0
 */
public final class SpoolQueue implements AuditQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SpoolQueue.class);

  private static final VarHandle TAKEN;

  static {
    try {
      TAKEN = MethodHandles.lookup().findVarHandle(SpoolQueue.class, "taken", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SpoolDirectory directory;
  private final Appender appender;
  private final Inlet inlet;
  private final Outlet outlet;
  private final Trouble reading;
  private final Trouble remembering;
  private final Trouble guarding;
  private final boolean forces;

  private final AtomicBoolean closed = new AtomicBoolean();

  private volatile long taken; // written by kauditd alone; polled, or lost since the start
  private long recovered;
  private long lost;
  private long acknowledged;
  private long counted; // of those behind it, how many are missing and counted
  private Cursor cursor;
  private boolean isTaken; // by another program

  SpoolQueue(SpoolBuilder options, SpoolDirectory directory, Cursor cursor, Recovery found) {
    this.directory = directory;
    this.cursor = cursor;
    this.forces = options.sync != Sync.NONE;
    String name = "the spool " + directory;
    this.reading = new Trouble(name);
    this.remembering = new Trouble(name);
    this.guarding = new Trouble(name);
    Run before = new Run(directory.nothing(), 0, 0);
    Run newest = before;
    for (Run run : found.runs()) {
      newest.next = run;
      newest = run;
    }
    this.inlet = new Inlet(options, directory, found, newest, () -> taken);
    this.appender = inlet.appender();
    this.outlet = new Outlet(before);
    this.recovered = found.records() + found.lost();
    this.lost = found.lost();
    this.acknowledged = found.acknowledged();
    this.counted = found.counted();
    this.recovered += new Adoption(directory, inlet).adopt(found.strays());
  }

  /** Starts to build a queue in a directory, which is created if it does not exist. */
  public static SpoolBuilder builder(Path directory) {
    return new SpoolBuilder(directory);
  }

  @Override
  public boolean add(AuditRecord record, int capacity) throws IOException {
    return inlet.add(record, capacity);
  }

  @Override
  public int addAll(List<AuditRecord> records, int capacity) throws IOException {
    return inlet.addAll(records, capacity);
  }

  @Override
  public @Nullable AuditRecord poll() {
    if (inlet.added() == taken || isTaken) {
      return null;
    }
    try {
      AuditRecord record = outlet.next();
      if (record != null) {
        left(1);
      }
      reading.over();
      return record;
    } catch (IOException e) {
      reading.met("cannot read", IoWords.of(e));
      return null;
    } finally {
      missing(outlet.takeMissing());
    }
  }

  /** Records have left the queue, or come back. <b>Thread</b>: kauditd, the only one to write. */
  private void left(long count) {
    TAKEN.setRelease(this, taken + count); // a record costs no fence
  }

  /** Records were damaged since the spool was opened. */
  private void missing(long count) {
    if (outlet.takeDamaged()) {
      appender.giveUp();
    }
    if (count > 0) {
      left(count);
      lost += count;
      counted += count;
      LOG.warn(
          "the spool {} was damaged since it was opened: {} lost",
          directory,
          Counts.of(count, "record in it is", "records in it are"));
      remember();
      remember(); // in both slots, or they are counted again when one of them is damaged
    }
  }

  @Override
  public void acknowledge(int count) {
    check("acknowledged", count);
    if (count > 0) {
      long before = acknowledged;
      acknowledged = outlet.acknowledge(count);
      counted -= acknowledged - before - count; // those between them that are missing
      remember();
    }
  }

  /** Writes down how far records are acknowledged, and deletes the segments that go with it. */
  private void remember() {
    if (isTaken) {
      return;
    }
    try {
      cursor.write(state());
      inlet.deleted(appender.delete(acknowledged, cursor));
      remembering.over();
    } catch (IOException e) {
      remembering.met(
          "cannot write down what was acknowledged, which may be delivered again after a restart",
          IoWords.of(e));
    }
  }

  private Cursor.State state() {
    long last = appender.lastSequence();
    return new Cursor.State(
        acknowledged, last, counted + appender.skipped(), appender.highestNumber());
  }

  @Override
  public void putBack(int count) {
    check("put back", count);
    if (count > 0) {
      outlet.putBack(count);
      left(-count);
    }
  }

  private void check(String what, int count) {
    if (count < 0 || count > outlet.inFlight()) {
      throw new IllegalArgumentException(
          Counts.of(count, "record") + " " + what + ", " + outlet.inFlight() + " in flight");
    }
  }

  @Override
  public int size() {
    long before = taken;
    return Math.clamp(inlet.added() - before, 0, Integer.MAX_VALUE);
  }

  @Override
  public void passEnded() {
    guard();
    if (!isTaken && !state().equals(cursor.state())) {
      remember();
    }
    if (forces) {
      force();
    }
  }

  /** Records that wait to be written; for tests. */
  int pending() {
    return inlet.pending();
  }

  /** Sees that no other program can open the spool, whatever somebody has done to its files. */
  private void guard() {
    try {
      boolean isLocked = directory.renewLock();
      if (!directory.isCursor(cursor)) {
        if (isLocked) {
          renewCursor();
        } else { // both are another program's
          isTaken = true;
          inlet.refuse(
              directory + " is in use by another program, since somebody has removed its lock");
          guarding.met(
              "it is not used any more",
              "somebody has removed its files, and another" + " program has it now");
        }
      }
      guarding.over();
    } catch (IOException e) {
      guarding.met("cannot see to its locks", IoWords.of(e));
    }
  }

  private void renewCursor() throws IOException {
    Cursor old = cursor;
    Cursor renewed = directory.openCursor();
    boolean done = false;
    try {
      renewed.begin(state());
      done = true;
    } finally {
      if (!done) {
        renewed.close();
      }
    }
    cursor = renewed;
    old.close();
    LOG.warn("somebody has removed a file of the spool {}; it was made again", directory);
  }

  private void force() {
    inlet.force();
    try {
      cursor.force();
    } catch (IOException e) {
      remembering.met("cannot force to the disk what was acknowledged", IoWords.of(e));
    }
  }

  @Override
  public long recovered() {
    return recovered;
  }

  @Override
  public long lost() {
    return lost;
  }

  @Override
  public boolean boundsItself() {
    return true;
  }

  @Override
  public boolean outlivesProgram() {
    return true;
  }

  @Override
  public long highestNumber() {
    return appender.highestNumber();
  }

  @Override
  public void numbersAbove(long number) {
    appender.numbersAbove(number);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      inlet.refuse(directory + " is closed");
      closeAll();
    }
  }

  private void closeAll() {
    try {
      boolean isDone = inlet.added() == taken && outlet.inFlight() == 0;
      if (isDone) { // those behind it that were lost are counted
        acknowledged = appender.lastSequence();
        counted = -appender.skipped();
      }
      passEnded();
      outlet.close();
      closeAppender();
      if (isDone && !isTaken && acknowledged == cursor.state().acknowledged()) {
        cursor.settle();
        appender.deleteAll(); // there is nothing left in them to deliver
      }
    } catch (IOException e) {
      remembering.met("cannot close it as it should be", IoWords.of(e));
    } finally {
      closeCursor();
      directory.close(); // once: somebody else may have it next
    }
  }

  private void closeCursor() {
    try {
      cursor.close();
    } catch (IOException e) {
      remembering.met("cannot close the file of what was acknowledged", IoWords.of(e));
    }
  }

  private void closeAppender() {
    try {
      appender.close();
    } catch (IOException e) {
      remembering.met("cannot close the newest segment", IoWords.of(e));
    }
  }

  @Override
  public String toString() {
    return "spool:" + directory;
  }
}
