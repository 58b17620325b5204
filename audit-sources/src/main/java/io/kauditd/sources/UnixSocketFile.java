// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A listening Unix socket and its file. A file that an earlier run left behind, with nobody
 * listening, is taken over; anything else that stands at the path is left alone.
 */
final class UnixSocketFile implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final int FILE_TYPE = 0170000; // S_IFMT
  private static final int SOCKET = 0140000; // S_IFSOCK

  private final Path path;
  private final ServerSocketChannel channel;
  private final @Nullable Object key;

  UnixSocketFile(Path path, Set<PosixFilePermission> permissions) throws IOException {
    this.path = path;
    if (isLeftBehind(path)) {
      Files.delete(path);
    }
    ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      opened.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Files.setPosixFilePermissions(path, permissions);
      opened.configureBlocking(false);
      key = key(path);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    this.channel = opened;
  }

  /** Throws what the constructor would throw, as far as that shows without making a socket. */
  static void check(Path path) throws IOException {
    isLeftBehind(path);
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new BindException("there is no such directory");
    }
    if (!Files.isWritable(directory)) {
      throw new BindException("the directory may not be written to");
    }
  }

  /** Whether a socket stands there that nobody listens on; throws for anything else. */
  private static boolean isLeftBehind(Path path) throws IOException {
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
