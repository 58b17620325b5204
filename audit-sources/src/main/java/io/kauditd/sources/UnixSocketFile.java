// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.files.NewName;
import io.kauditd.spi.Counts;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A listening Unix socket and its file. A socket file that an earlier run left behind, with nobody
 * listening, is replaced. Anything else at the path is left alone.
 */
final class UnixSocketFile implements AutoCloseable {
  private static final int BACKLOG = 128;

  /** What struct sockaddr_un has room for, without the zero at its end. */
  private static final int MAX_PATH_BYTES = 107;

  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");
  private static final int FILE_TYPE = 0170000; // S_IFMT
  private static final int SOCKET = 0140000; // S_IFSOCK

  private final Path path;
  private final ServerSocketChannel channel;
  private final @Nullable Object key;

  UnixSocketFile(Path path, Set<PosixFilePermission> permissions) throws IOException {
    this.path = path;
    boolean leftBehind = isLeftBehind(path);
    ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      bind(opened, permissions, leftBehind);
      opened.configureBlocking(false);
      key = key(path);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    this.channel = opened;
  }

  /**
   * Makes the socket in a directory that is this user's alone, and then gives it its name: between
   * being made and being given its permissions it has those that the umask leaves it.
   */
  private void bind(
      ServerSocketChannel opened, Set<PosixFilePermission> permissions, boolean leftBehind)
      throws IOException {
    Path parent = directoryOf(path);
    Path own = parent.resolve(".k" + HexFormat.of().toHexDigits(new SecureRandom().nextInt()));
    Path made = own.resolve("s");
    if (made.toString().getBytes(UTF_8).length > MAX_PATH_BYTES) {
      Files.deleteIfExists(path); // left behind, or not there
      opened.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Files.setPosixFilePermissions(path, permissions);
      return;
    }
    try {
      Files.createDirectory(own, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    } catch (NoSuchFileException e) {
      throw noDirectory(parent);
    }
    try {
      opened.bind(UnixDomainSocketAddress.of(made), BACKLOG);
      Files.setPosixFilePermissions(made, permissions);
      if (leftBehind) {
        Files.deleteIfExists(path);
      }
      giveName(made);
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(own);
    }
  }

  /** Never in the place of something else; where there are no hard links, that is looked at. */
  private void giveName(Path made) throws IOException {
    try {
      Files.createLink(path, made);
    } catch (FileAlreadyExistsException e) {
      throw new BindException("another program has just taken the path; choose another one");
    } catch (IOException | UnsupportedOperationException e) {
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Throws what the constructor would throw, as far as that shows without making a socket. */
  static void check(Path path) throws IOException {
    isLeftBehind(path);
    Path directory = directoryOf(path);
    try {
      NewName.checkIn(directory, path);
    } catch (NoSuchFileException e) {
      throw noDirectory(directory);
    }
  }

  private static Path directoryOf(Path path) throws BindException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null) {
      throw new BindException("it is a directory");
    }
    return directory;
  }

  private static BindException noDirectory(Path directory) {
    return new BindException("the directory " + directory + " does not exist; create it");
  }

  /** Whether a socket stands there that nobody listens on; throws for anything else. */
  private static boolean isLeftBehind(Path path) throws IOException {
    int length = path.toString().getBytes(UTF_8).length;
    if (length
        > MAX_PATH_BYTES) { // it could be made under a shorter name, and nobody could connect
      throw new BindException(
          "its path has "
              + Counts.of(length, "byte")
              + ", and that of a socket at most "
              + MAX_PATH_BYTES
              + "; choose a shorter one");
    }
    boolean socket = isSocket(path);
    if (socket && someoneListens(path)) {
      throw new BindException("another program listens there; stop it or choose another path");
    }
    if (!socket && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new BindException("there is a file that is no socket; choose another path");
    }
    return socket;
  }

  private static boolean isSocket(Path path) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & FILE_TYPE)
            == SOCKET;
  }

  /** Whether somebody does; throws if that cannot be told, as of a socket of another kind. */
  private static boolean someoneListens(Path path) throws IOException {
    try (var client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.configureBlocking(false); // who listens may accept nobody
      client.connect(UnixDomainSocketAddress.of(path));
      return true;
    } catch (ConnectException e) {
      return false;
    }
  }

  /** Which file stands at the path. */
  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  ServerSocketChannel channel() {
    return channel;
  }

  @Override
  public void close() throws IOException {
    channel.close();
    try {
      if (Objects.equals(key, key(path))) { // another program may have taken the path
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // somebody has deleted it
    }
  }
}
