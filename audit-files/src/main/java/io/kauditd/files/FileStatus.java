// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of a file, as stat(2) has it.
 *
 * @param mode the kind of file and its permissions
 * @param userId the owner's
 * @param groupId the group's
 * @param links hard links to the file
 * @param device the file system's number; with {@code inode} it tells one file from any other
 * @param inode the file's number there
 * @param sizeBytes the length
 */
public record FileStatus(
    int mode, int userId, int groupId, int links, long device, long inode, long sizeBytes) {
  private static final String ATTRIBUTES = "unix:mode,uid,gid,nlink,dev,ino,size";
  private static final int KIND = 0170000;
  private static final int REGULAR = 0100000;
  private static final int SYMBOLIC_LINK = 0120000;
  private static final int DIRECTORY = 0040000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int PIPE = 0010000;
  private static final int SOCKET = 0140000;
  private static final int PERMISSIONS = 07777;
  private static final int STICKY = 01000;

  /** Virtual consoles and serial lines, /dev/tty and /dev/console, modems, and consoles of VMs. */
  private static final Set<Integer> TERMINALS = Set.of(4, 5, 166, 188, 204, 229);

  private static final int FIRST_PSEUDO = 136; // /dev/pts
  private static final int LAST_PSEUDO = 143;
  private static final int WRITABLE_FOR_GROUP = 0020;
  private static final int WRITABLE_FOR_ALL = 0002;

  /** The status of a path that must be there; a symbolic link is not followed. */
  public static FileStatus of(Path path) throws IOException {
    return from(Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS));
  }

  /** The status of what a path leads to, which must be there. */
  public static FileStatus ofTarget(Path path) throws IOException {
    return from(Files.readAttributes(path, ATTRIBUTES));
  }

  /** The status of a path, null if nothing is there; a symbolic link is not followed. */
  public static @Nullable FileStatus ofIfThere(Path path) throws IOException {
    try {
      return of(path);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * Whether a path leads to a terminal, by the kernel's numbers of devices; false where nothing
   * tells.
   */
  public static boolean isTerminal(Path path) {
    try {
      Map<String, Object> found = Files.readAttributes(path, "unix:mode,rdev");
      boolean isDevice = ((int) number(found, "mode") & KIND) == CHARACTER_DEVICE;
      int major = (int) (number(found, "rdev") >> 8) & 0xfff;
      return isDevice && (TERMINALS.contains(major) || isPseudo(major));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isPseudo(int major) {
    return major >= FIRST_PSEUDO && major <= LAST_PSEUDO;
  }

  private static FileStatus from(Map<String, Object> found) throws IOException {
    return new FileStatus(
        (int) number(found, "mode"),
        (int) number(found, "uid"),
        (int) number(found, "gid"),
        (int) number(found, "nlink"),
        number(found, "dev"),
        number(found, "ino"),
        number(found, "size"));
  }

  private static long number(Map<String, Object> found, String name) throws IOException {
    if (found.get(name) instanceof Number number) {
      return number.longValue();
    }
    throw new IOException("the file system does not tell a file's " + name);
  }

  /** Whether it is a file with bytes in it. */
  public boolean isRegular() {
    return (mode & KIND) == REGULAR;
  }

  /** Whether it is a symbolic link, not followed. */
  public boolean isSymbolicLink() {
    return (mode & KIND) == SYMBOLIC_LINK;
  }

  /** Whether it is a directory. */
  public boolean isDirectory() {
    return (mode & KIND) == DIRECTORY;
  }

  /** Whether it is a device such as /dev/null. */
  public boolean isCharacterDevice() {
    return (mode & KIND) == CHARACTER_DEVICE;
  }

  /** Whether it is a pipe, with a name or without. */
  public boolean isPipe() {
    return (mode & KIND) == PIPE;
  }

  /** Whether it is a Unix socket. */
  public boolean isSocket() {
    return (mode & KIND) == SOCKET;
  }

  /** What it is, in words for a user: {@code a directory}. */
  public String kind() {
    return switch (mode & KIND) {
      case REGULAR -> "a file";
      case SYMBOLIC_LINK -> "a symbolic link";
      case DIRECTORY -> "a directory";
      case CHARACTER_DEVICE -> "a character device";
      case BLOCK_DEVICE -> "a block device";
      case PIPE -> "a pipe";
      case SOCKET -> "a socket";
      default -> "of a kind that is not known";
    };
  }

  /** The permissions, with set-id and sticky bits. */
  public int permissions() {
    return mode & PERMISSIONS;
  }

  /** Whether everyone may write to it. */
  public boolean isWritableForAll() {
    return (mode & WRITABLE_FOR_ALL) != 0;
  }

  /** Whether its group may write to it. */
  public boolean isWritableForGroup() {
    return (mode & WRITABLE_FOR_GROUP) != 0;
  }

  /** Whether only the owner of a file may rename or delete it in this directory. */
  public boolean isSticky() {
    return (mode & STICKY) != 0;
  }

  /** Whether both are of one file, under whatever names. */
  public boolean isSameFileAs(FileStatus other) {
    return device == other.device && inode == other.inode;
  }
}
