// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kauditd.files.FileStatus;
import io.kauditd.files.NewName;
import io.kauditd.files.PartFile;
import io.kauditd.files.Place;
import io.kauditd.files.SafeDirectory;
import io.kauditd.files.SafeDirectory.Weakness;
import io.kauditd.files.UnfitFileException;
import io.kauditd.files.WriterLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file that holds a checkpoint. It is replaced as a whole, and is on the disk before anybody
 * relies on it. If the program is killed or the machine dies, either the old or the new checkpoint
 * is there. While it is open, no other program can use it.
 */
final class CheckpointFile implements AutoCloseable {
  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final Path NO_NAME = Path.of("");

  private final Path path;
  private final Path name;
  private @Nullable SafeDirectory directory;
  private @Nullable WriterLock lock;

  CheckpointFile(Path path) {
    this.path = path.toAbsolutePath();
    Path last = this.path.getFileName();
    this.name = last == null ? NO_NAME : last;
  }

  /**
   * Opens it for this program alone, and reads it.
   *
   * @return null if there is none yet
   * @throws IOException if what stands there is no checkpoint of this log, or another program has
   *     it open
   */
  synchronized @Nullable Checkpoint open(String log) throws IOException {
    return open(log, true);
  }

  private @Nullable Checkpoint open(String log, boolean clears) throws IOException {
    String text = openAndRead(clears);
    if (text == null) {
      return null;
    }
    try {
      Checkpoint found = Checkpoint.parse(text);
      if (found.log().equals(log)) {
        return found;
      }
      throw unusable(log, "it belongs to " + found.log(), null);
    } catch (Checkpoint.DamagedException e) {
      throw unusable(log, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads it and leaves everything as it is.
   *
   * @throws IOException as of {@link #open}, and if one could not be written there
   */
  synchronized @Nullable Checkpoint look(String log) throws IOException {
    try {
      Checkpoint found = open(log, false);
      checkRoom();
      return found;
    } finally {
      close();
    }
  }

  /** Throws what {@link #write} would throw because of the directory. */
  private void checkRoom() throws IOException {
    try {
      NewName.checkIn(Objects.requireNonNull(directory).resolve(NO_NAME), path);
    } catch (IOException e) {
      throw notWritten(e);
    }
  }

  private IOException notWritten(IOException e) {
    return Failures.of("write the checkpoint " + path, e);
  }

  private @Nullable String openAndRead(boolean clears) throws IOException {
    boolean done = false;
    try {
      SafeDirectory opened = openDirectory();
      try (Place file = findAndLock(opened)) {
        if (clears) {
          removeLeftovers(opened);
        }
        String text = file == null ? null : read(file);
        done = true;
        return text;
      }
    } catch (IOException e) {
      throw Failures.of("use the checkpoint " + path, e);
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private static String read(Place file) throws IOException {
    try (FileChannel channel = file.open(Set.of(StandardOpenOption.READ))) {
      return new String(Window.read(channel, 0, MAX_BYTES), ISO_8859_1);
    }
  }

  private IOException unusable(String log, String why, @Nullable Exception cause) {
    return new IOException(
        "cannot go on with "
            + log
            + " where the checkpoint "
            + path
            + " says: "
            + why
            + "; nothing was read. Name another file, or remove this one to begin anew",
        cause);
  }

  private SafeDirectory openDirectory() throws IOException {
    Path parent = path.getParent();
    if (parent == null || name.equals(NO_NAME)) {
      throw new UnfitFileException("it is a directory");
    }
    SafeDirectory opened;
    try {
      opened = SafeDirectory.open(parent);
    } catch (NoSuchFileException e) {
      throw new UnfitFileException("the directory " + parent + " does not exist", e);
    }
    directory = opened;
    for (Weakness weakness : opened.weaknesses()) {
      if (weakness.kind() == Weakness.Kind.WRITABLE_FOR_ALL) {
        throw new UnfitFileException(
            "the directory "
                + weakness.directory()
                + " is writable for everyone, so that everyone could put another file in its"
                + " place; take that permission away (chmod o-w)");
      }
    }
    return opened;
  }

  private @Nullable Place findAndLock(SafeDirectory opened) throws IOException {
    Place file = opened.find(name);
    if (file == null) {
      return null;
    }
    boolean done = false;
    try {
      FileStatus status = file.status();
      if (!status.isRegular() || status.sizeBytes() > MAX_BYTES) {
        throw new UnfitFileException(
            status.isSymbolicLink()
                ? "it is a symbolic link, which is not followed; name the file itself"
                : "it is no checkpoint, but something else; name another file");
      }
      if (opened.isShared() && status.userId() != SafeDirectory.ownUserId()) {
        throw new UnfitFileException(
            "it belongs to another user, in a directory where other users can make files");
      }
      lock = WriterLock.take(opened, name, file);
      FileStatus now = opened.look(name);
      if (now == null || !now.isSameFileAs(status)) {
        throw new UnfitFileException("another program has just replaced it");
      }
      done = true;
      return file;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  /** Of programs that were killed while they wrote. */
  private void removeLeftovers(SafeDirectory opened) throws IOException {
    for (Path other : opened.names()) {
      if (PartFile.isOf(name, other)) {
        opened.delete(other);
      }
    }
  }

  /** Writes it. What fails may be tried again; what stood there before stands there still. */
  synchronized void write(Checkpoint checkpoint) throws IOException {
    byte[] bytes = checkpoint.format().getBytes(ISO_8859_1);
    try {
      if (isStillThere() && replaceAtOnce(bytes)) {
        return;
      }
      close();
      SafeDirectory opened = openDirectory();
      Place before = findAndLock(opened);
      if (before != null) {
        before.close();
      }
      replace(opened, ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      close();
      throw notWritten(e);
    }
  }

  /** Whether the directory that is open is the one that the path leads to. */
  private boolean isStillThere() {
    SafeDirectory opened = directory;
    Path parent = path.getParent();
    try {
      FileStatus now = opened == null ? null : opened.look(Path.of("."));
      return now != null && parent != null && now.isSameFileAs(FileStatus.ofTarget(parent));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it could be written where it was opened: that directory may be gone by now. */
  private boolean replaceAtOnce(byte[] bytes) {
    SafeDirectory opened = directory;
    try {
      if (opened != null) {
        replace(opened, ByteBuffer.wrap(bytes));
        return true;
      }
    } catch (IOException e) {
      close(); // it is said if the second attempt fails as well
    }
    return false;
  }

  private void replace(SafeDirectory opened, ByteBuffer bytes) throws IOException {
    WriterLock before = lock;
    try (PartFile part = PartFile.beside(opened, name)) {
      WriterLock now =
          before == null
              ? WriterLock.take(opened, name, part.place())
              : before.alsoOn(part.place());
      boolean done = false;
      try {
        while (bytes.hasRemaining()) {
          now.channel().write(bytes);
        }
        now.channel().force(true);
        part.takeName(name);
        done = true;
      } finally {
        if (!done && before == null) {
          now.close();
        } else if (!done) {
          now.closeThisAlone();
        }
      }
      lock = now;
    }
    if (before != null) {
      before.closeThisAlone();
    }
    opened.force();
  }

  /** Lets others have it; a later write opens it again. */
  @Override
  public synchronized void close() {
    if (lock != null) {
      PlainFile.closeQuietly(lock);
    }
    if (directory != null) {
      directory.close();
    }
    lock = null;
    directory = null;
  }
}
