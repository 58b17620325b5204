// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file that a user named for results. A device, a pipe or the target of a link is written
 * directly, and a link stays a link. A regular file is replaced as a whole, by a {@link PartFile},
 * or appended to.
 */
public final class OutputFile {
  private static final int MAX_LINKS = 40;
  private static final int USUAL_MODE = 0666;
  private static final int USUAL_UMASK = 022;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Pattern DESCRIPTORS_OF_A_PROCESS =
      Pattern.compile("/proc/([0-9]+)(/task/[0-9]+)?/fd");

  private final Path path;
  private final OutputStream out;
  private final OutputStream err;

  /**
   * A file, which need not exist yet.
   *
   * @param out standard output of this program: if it is the same file, it is used, so that neither
   *     overwrites the other
   * @param err the same for standard error
   */
  public OutputFile(Path path, OutputStream out, OutputStream err) {
    this.path = path;
    this.out = out;
    this.err = err;
  }

  /** What the path leads to. */
  private record Target(SafeDirectory directory, Path name, @Nullable Place found)
      implements AutoCloseable {
    @Override
    public void close() {
      directory.close();
      if (found != null) {
        found.close();
      }
    }
  }

  private Target find() throws IOException {
    Path at = path.toAbsolutePath();
    for (int links = 0; links <= MAX_LINKS; links++) {
      Target target = lookUp(at);
      Place found = target.found();
      if (found == null || isDescriptor(target)) {
        return target;
      }
      if (!found.status().isSymbolicLink()) {
        return ownOrTrusted(target, found);
      }
      try (target) {
        at = target.directory().shown().resolve(trusted(target, found).readLink());
      }
    }
    throw new FileSystemException(path.toString(), null, "Too many levels of symbolic links");
  }

  private static Target lookUp(Path at) throws IOException {
    Path parent = at.getParent();
    Path name = at.getFileName();
    if (parent == null || name == null) {
      throw new UnfitFileException(at + " is a directory; name a file in it");
    }
    SafeDirectory directory;
    try {
      directory = SafeDirectory.open(parent);
    } catch (NoSuchFileException e) {
      throw new UnfitFileException("'" + parent + "' is not a directory; make it first", e);
    }
    boolean done = false;
    try {
      var target = new Target(directory, name, directory.find(name));
      done = true;
      return target;
    } finally {
      if (!done) {
        directory.close();
      }
    }
  }

  /** In /tmp and the like, a file or a pipe of another user was laid there to be written to. */
  private static Target ownOrTrusted(Target target, Place found) throws IOException {
    int owner = found.status().userId();
    if (target.directory().isOpenToAll() && owner != 0 && owner != SafeDirectory.ownUserId()) {
      try (target) {
        throw new UnfitFileException(
            "it belongs to another user, in a directory where everyone can make files; name"
                + " another file, or remove this one");
      }
    }
    return target;
  }

  /** In /tmp and the like, a link of another user leads where that user likes. */
  private static Place trusted(Target target, Place link) throws IOException {
    int owner = link.status().userId();
    boolean trusted =
        !target.directory().isShared() || owner == 0 || owner == SafeDirectory.ownUserId();
    if (!trusted) {
      throw new UnfitFileException(
          link.shown() + " is a symbolic link that belongs to another user; name the file itself");
    }
    return link;
  }

  /** Whether it is an entry of /proc/PID/fd, which leads to what is open and not to a name. */
  private static boolean isDescriptor(Target target) {
    return DESCRIPTORS_OF_A_PROCESS.matcher(target.directory().shown().toString()).matches();
  }

  /**
   * Checks that the file can be written, before there is something to write.
   *
   * @throws IOException if not, with a sentence
   */
  public void check() throws IOException {
    try (Target target = find()) {
      Place found = target.found();
      if (isDescriptor(target)) {
        return;
      }
      if (found != null && found.status().isDirectory()) {
        throw new UnfitFileException("it is a directory; name a file in it");
      }
      if (found != null && found.status().isSocket()) {
        throw socket();
      }
      boolean replaced = found == null || found.status().isRegular();
      if (replaced && !Files.isWritable(target.directory().resolve(Path.of("")))) {
        throw new UnfitFileException("'" + target.directory() + "' is not writable");
      }
    }
  }

  private static UnfitFileException socket() {
    return new UnfitFileException("it is a socket; name a file");
  }

  /** Whether it leads to a pipe, whose reader decides how long a write takes. */
  public boolean isPipe() throws IOException {
    try (Target target = find()) {
      Place found = target.found();
      if (found == null) {
        return false;
      }
      return isDescriptor(target)
          ? FileStatus.ofTarget(target.directory().resolve(target.name())).isPipe()
          : found.status().isPipe();
    }
  }

  /** Writes all of it: a file whole, or not at all. */
  public void write(byte[] content) throws IOException {
    try (Target target = find()) {
      OutputStream stream = writtenThrough(target);
      if (stream != null) {
        try (stream) {
          stream.write(content);
        }
      } else {
        replace(target, content);
      }
    }
  }

  /** Opens it for adding to its end; a file that is made is its owner's alone. */
  public OutputStream append() throws IOException {
    try (Target target = find()) {
      OutputStream stream = writtenThrough(target);
      if (stream != null) {
        return stream;
      }
      Place found = target.found();
      try (Place file = found != null ? found : target.directory().create(target.name())) {
        return Channels.newOutputStream(
            file.open(Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND)));
      }
    }
  }

  /** A stream to what cannot be replaced; null for a file, there already or not. */
  private @Nullable OutputStream writtenThrough(Target target) throws IOException {
    Place found = target.found();
    if (found == null) {
      return null;
    }
    if (isDescriptor(target)) {
      return toDescriptor(target.directory().resolve(target.name()));
    }
    FileStatus status = found.status();
    if (status.isDirectory()) {
      throw new UnfitFileException("it is a directory; name a file in it");
    }
    OutputStream own = ownStream(status);
    if (own != null) {
      return own;
    }
    if (status.isSocket()) {
      throw socket();
    }
    if (status.isRegular()) {
      return null;
    }
    return Channels.newOutputStream(found.open(Set.of(StandardOpenOption.WRITE)));
  }

  private OutputStream toDescriptor(Path descriptor) throws IOException {
    FileStatus status = FileStatus.ofTarget(descriptor);
    OutputStream own = ownStream(status);
    if (own != null) {
      return own;
    }
    Set<OpenOption> options =
        status.isRegular()
            ? Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND)
            : Set.of(StandardOpenOption.WRITE);
    return Channels.newOutputStream(FileChannel.open(descriptor, options));
  }

  /** This program's own stream, if it leads to the same; closing it only flushes. */
  private @Nullable OutputStream ownStream(FileStatus status) {
    if (isSame(status, "1")) {
      return new Unclosed(out);
    }
    return isSame(status, "2") ? new Unclosed(err) : null;
  }

  private static boolean isSame(FileStatus status, String descriptor) {
    try {
      return FileStatus.ofTarget(DESCRIPTORS.resolve(descriptor)).isSameFileAs(status);
    } catch (IOException e) {
      return false; // closed, or no /proc
    }
  }

  private static void replace(Target target, byte[] content) throws IOException {
    Place old = target.found();
    FileStatus before = old == null ? null : old.status();
    try (PartFile part = PartFile.beside(target.directory(), target.name())) {
      try (FileChannel channel = part.place().open(Set.of(StandardOpenOption.WRITE))) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        if (before != null && before.userId() != part.place().status().userId()) {
          part.place().setOwner(before.userId(), before.groupId());
        }
        part.place().setPermissions(before != null ? before.permissions() : USUAL_MODE & ~umask());
        channel.force(true);
      }
      part.takeName(target.name());
    }
    target.directory().force();
  }

  private static int umask() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("Umask:")) {
          return Integer.parseInt(line.substring("Umask:".length()).strip(), 8);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // as usual, then
    }
    return USUAL_UMASK;
  }
}
