// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory that was reached step by step from the root. Each step was checked on what was
 * opened. Later renames on the way do not matter, because names are looked up in this directory. A
 * symbolic link on the way is followed only if its directory's owner, root or this user must have
 * made it.
 *
 * <p>Safe for several threads, except {@link #close}.
 */
public final class SafeDirectory implements AutoCloseable {
  private static final int OWNER_ALONE = 0600;
  private static final int MAX_LINKS = 40; // as the kernel has it
  private static final int ROOT_USER = 0;
  private static final int ROOT_GROUP = 0;

  /**
   * A directory on the way in which somebody else can put another one, or another file.
   *
   * @param id the user that the directory belongs to, or the group of {@link Kind#ANOTHER_GROUPS}
   */
  public record Weakness(Path directory, Kind kind, int id) {
    /** Who can. */
    public enum Kind {
      /** Everyone. */
      WRITABLE_FOR_ALL,
      /** Everyone may make files, and nobody may rename those of others: as in /tmp. */
      STICKY,
      /** Its owner, who is neither root nor this user. */
      ANOTHER_USERS,
      /** The users of its group, which is neither root's nor this program's. */
      ANOTHER_GROUPS
    }
  }

  private final Place place;
  private final List<Weakness> weaknesses;

  private SafeDirectory(Place place, Collection<Weakness> weaknesses) {
    this.place = place;
    this.weaknesses = List.copyOf(weaknesses);
  }

  /**
   * Opens a directory.
   *
   * @throws UnfitFileException if it is not a directory, or an untrusted link leads to it
   * @throws NoSuchFileException if it does not exist
   */
  public static SafeDirectory open(Path directory) throws IOException {
    return new Walk(directory.toAbsolutePath()).toEnd();
  }

  /** The way from the root to a directory. */
  private static final class Walk {
    private final Deque<Path> ahead = new ArrayDeque<>();
    private final Set<Weakness> weaknesses = new LinkedHashSet<>();
    private final int ownUserId = Place.ownUserId();
    private final int ownGroupId = Place.ownGroupId();
    private final Path asked;
    private Place at;
    private int links;

    Walk(Path directory) throws IOException {
      asked = directory;
      at = Place.root();
      look(at.status());
      put(directory);
    }

    private void put(Path path) {
      for (int i = path.getNameCount() - 1; i >= 0; i--) {
        ahead.push(path.getName(i));
      }
    }

    SafeDirectory toEnd() throws IOException {
      boolean done = false;
      try {
        while (!ahead.isEmpty()) {
          step(ahead.pop());
        }
        done = true;
        return new SafeDirectory(at, weaknesses);
      } finally {
        if (!done) {
          at.close();
        }
      }
    }

    private void step(Path name) throws IOException {
      String text = name.toString();
      if (text.isEmpty() || text.equals(".")) {
        return;
      }
      Place next = at.child(name);
      boolean kept = false;
      try {
        FileStatus status = next.status();
        if (status.isSymbolicLink()) {
          follow(next, status);
        } else if (status.isDirectory()) {
          at.close();
          at = next;
          kept = true;
          look(status);
        } else {
          throw new UnfitFileException(next.shown() + " is not a directory");
        }
      } finally {
        if (!kept) {
          next.close();
        }
      }
    }

    private void follow(Place link, FileStatus status) throws IOException {
      FileStatus directory = at.status();
      boolean trusted =
          status.userId() == ROOT_USER
              || status.userId() == ownUserId
              || (status.userId() == directory.userId() && !directory.isWritableForAll());
      if (!trusted) {
        throw new UnfitFileException(
            link.shown()
                + " is a symbolic link that belongs to another user, who can make it lead anywhere;"
                + " name the directory itself");
      }
      if (++links > MAX_LINKS) {
        throw new FileSystemException(asked.toString(), null, "Too many levels of symbolic links");
      }
      Path target = link.readLink();
      if (target.isAbsolute()) {
        at.close();
        at = Place.root();
      }
      put(target);
    }

    private void look(FileStatus status) {
      Path directory = at.shown();
      if (status.isWritableForAll()) {
        weaknesses.add(
            new Weakness(
                directory,
                status.isSticky() ? Weakness.Kind.STICKY : Weakness.Kind.WRITABLE_FOR_ALL,
                status.userId()));
      } else if (isOfAnotherGroup(status)) {
        weaknesses.add(new Weakness(directory, Weakness.Kind.ANOTHER_GROUPS, status.groupId()));
      }
      if (status.userId() != ROOT_USER && status.userId() != ownUserId) {
        weaknesses.add(new Weakness(directory, Weakness.Kind.ANOTHER_USERS, status.userId()));
      }
    }

    private boolean isOfAnotherGroup(FileStatus status) {
      return status.isWritableForGroup()
          && !status.isSticky()
          && status.groupId() != ROOT_GROUP
          && status.groupId() != ownGroupId;
    }
  }

  /** The same directory, opened once more: to be closed apart. */
  public SafeDirectory copy() throws IOException {
    return new SafeDirectory(place.child(Path.of(".")), weaknesses);
  }

  /** The path without links, for people to read. */
  public Path shown() {
    return place.shown();
  }

  /** The directories on the way, this one included, in which others can put other files. */
  public List<Weakness> weaknesses() {
    return weaknesses;
  }

  /**
   * Whether its owner or everyone can make files in this directory, or put others in their place. A
   * group that can has been chosen by the owner.
   */
  public boolean isShared() {
    return weaknesses.stream()
        .anyMatch(each ->
            each.directory().equals(shown()) && each.kind() != Weakness.Kind.ANOTHER_GROUPS);
  }

  /** Whether everyone can make files in this directory, as in /tmp. */
  public boolean isOpenToAll() {
    return weaknesses.stream()
        .anyMatch(each ->
            each.directory().equals(shown())
                && (each.kind() == Weakness.Kind.WRITABLE_FOR_ALL
                    || each.kind() == Weakness.Kind.STICKY));
  }

  /** The user that this program acts for. */
  public static int ownUserId() throws IOException {
    return Place.ownUserId();
  }

  /** A path to what has a name in this directory, whatever the directory is called by now. */
  public Path resolve(Path name) {
    return place.path().resolve(name);
  }

  /** What has a name in this directory, null if nothing has; a symbolic link is itself. */
  public @Nullable Place find(Path name) throws IOException {
    try {
      return place.child(name);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** What stands under a name, null if nothing does; a symbolic link is not followed. */
  public @Nullable FileStatus look(Path name) throws IOException {
    return FileStatus.ofIfThere(resolve(name));
  }

  /**
   * Makes a file, readable and writable for its owner alone, whatever the umask is.
   *
   * @throws java.nio.file.FileAlreadyExistsException if something has the name already
   */
  public Place create(Path name) throws IOException {
    Place made = place.create(name);
    boolean done = false;
    try {
      if (made.status().permissions() != OWNER_ALONE) {
        made.setPermissions(OWNER_ALONE); // a umask can take permissions from the owner too
      }
      done = true;
      return made;
    } finally {
      if (!done) {
        made.close();
      }
    }
  }

  /** Gives a file another name; what had it before is gone. */
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      throw named(e, from, shown().resolve(to).toString()); // either may be what is in the way
    }
  }

  /** Gives a file a second name, which must be free. */
  public void link(Path existing, Path name) throws IOException {
    try {
      Files.createLink(resolve(name), resolve(existing));
    } catch (FileSystemException e) {
      throw named(e, name);
    }
  }

  /** Takes a name away; a directory keeps its own. */
  public void delete(Path name) throws IOException {
    FileStatus status = look(name);
    if (status == null) {
      return;
    }
    if (status.isDirectory()) {
      throw new FileSystemException(shown().resolve(name).toString(), null, "Is a directory");
    }
    try {
      Files.deleteIfExists(resolve(name));
    } catch (FileSystemException e) {
      throw named(e, name);
    }
  }

  /** The names in this directory, in no order. */
  public List<Path> names() throws IOException {
    var names = new ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(place.path())) {
      for (Path each : all) {
        names.add(each.getFileName());
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** Makes the disk remember the names in this directory. */
  public void force() throws IOException {
    place.forceNames();
  }

  private IOException named(FileSystemException e, Path name) {
    return named(e, name, null);
  }

  /** The same failure, of the names that the user knows. */
  private IOException named(FileSystemException e, Path name, @Nullable String other) {
    String all = shown().resolve(name).toString();
    if (e instanceof NoSuchFileException) {
      return new NoSuchFileException(all, other, null);
    }
    if (e instanceof java.nio.file.AccessDeniedException) {
      return new java.nio.file.AccessDeniedException(all, other, null);
    }
    if (e instanceof java.nio.file.FileAlreadyExistsException) {
      return new java.nio.file.FileAlreadyExistsException(all, other, null);
    }
    String reason = e.getReason();
    return new FileSystemException(all, other, reason != null ? reason : e.toString());
  }

  @Override
  public void close() {
    place.close();
  }

  @Override
  public String toString() {
    return shown().toString();
  }
}
