// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.files.NewName;
import io.kauditd.files.SafeDirectory;
import io.kauditd.spi.Counts;
import io.kauditd.spi.Reasons;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory where running instances have their control sockets, each named after its process.
 * Only its owner can put anything there, so nobody else can pose as an instance. The socket's
 * permissions say who may ask: the owner and root, or a group as well.
 *
 * @param path the directory
 * @param named whether somebody has named it, and so may mean another user's
 * @param group who may ask beside the owner, null for nobody
 */
public record ControlDirectory(Path path, boolean named, @Nullable String group) {
  /** Where the package's services have their sockets: only root can make it. */
  private static final Path OF_SERVICES = Path.of("/run/kauditd");

  private static final Pattern SOCKET = Pattern.compile("([1-9][0-9]*)\\.sock");

  /** The longest path of a socket, of which the system itself needs the last byte. */
  private static final int MAX_SOCKET_BYTES = 107;

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OPEN_TO_GROUP =
      PosixFilePermissions.fromString("rwxr-x---");

  public ControlDirectory(Path path) {
    this(path, true, null);
  }

  /**
   * What systemd made for a service ({@code RuntimeDirectory=}), {@code $XDG_RUNTIME_DIR/kauditd},
   * or a directory of the user's under the temporary one.
   */
  public static Path usual() {
    String ofService = System.getenv("RUNTIME_DIRECTORY");
    if (ofService != null && !ofService.isBlank()) {
      return Path.of(ofService.split(":", -1)[0]);
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    return runtime != null && !runtime.isBlank()
        ? Path.of(runtime, "kauditd")
        : Path.of(
            System.getProperty("java.io.tmpdir"), "kauditd-" + System.getProperty("user.name"));
  }

  /**
   * Where running instances can be asked if nobody names a place: the usual directory, and that of
   * the package's services, if there is one that this user may look into.
   */
  public static List<ControlDirectory> usualPlaces() {
    return usualPlaces(usual(), OF_SERVICES);
  }

  static List<ControlDirectory> usualPlaces(Path usual, Path ofServices) {
    var own = new ControlDirectory(usual, false, null);
    return ofServices.equals(usual)
            || !Files.isDirectory(ofServices, LinkOption.NOFOLLOW_LINKS)
            || !Files.isReadable(ofServices)
        ? List.of(own)
        : List.of(own, new ControlDirectory(ofServices, true, null));
  }

  /** The socket of a process. */
  public Path socketOf(long pid) {
    return path.resolve(pid + ".sock");
  }

  /**
   * Makes the directory if necessary, and checks that it is the user's own.
   *
   * @throws IOException if it is not, or cannot be made
   */
  public void prepare() throws IOException {
    checkLength();
    try {
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException e) {
      check(); // it is there already, made by us, by systemd, or by somebody who wants us to use it
    } catch (IOException e) {
      throw notMade(e);
    }
    if (!isOwn()) {
      throw new IOException(path + " belongs to another user");
    }
    if (group != null && !isOpenToAll()) {
      toGroup(path, OPEN_TO_GROUP);
    }
  }

  /** What would prevent that a run can be asked here, one sentence each. Changes nothing. */
  public List<String> obstacles() {
    var sentences = new ArrayList<String>();
    try {
      checkLength();
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        check();
        if (!isOwn()) {
          throw new IOException(path + " belongs to another user");
        }
        checkRoom();
      } else {
        checkPlace();
      }
    } catch (IOException e) {
      sentences.add("--runtime-dir: " + e.getMessage());
    }
    if (group != null) {
      tryGroup().ifPresent(sentences::add);
    }
    return List.copyOf(sentences);
  }

  private IOException notMade(IOException e) {
    String reason =
        e instanceof NoSuchFileException
            ? "the directory that it is in does not exist; make that first"
            : Reasons.of(e);
    return new IOException(path + " cannot be made: " + reason, e);
  }

  /** What {@link #prepare} would say about the place of a directory that is not there yet. */
  private void checkPlace() throws IOException {
    try {
      NewName.check(path);
    } catch (IOException e) {
      throw notMade(e);
    }
  }

  /** What {@link #bind} would say about this directory. */
  private void checkRoom() throws IOException {
    try {
      NewName.checkIn(path, path);
    } catch (IOException e) {
      throw noRoom(e);
    }
  }

  private IOException noRoom(IOException e) {
    return new IOException("no socket can be made in " + path + ": " + Reasons.of(e), e);
  }

  /** A socket's path has a limit, and the system does not say which path it means. */
  private void checkLength() throws IOException {
    int longest = socketOf(ProcessHandle.current().pid()).toString().getBytes(UTF_8).length;
    if (longest > MAX_SOCKET_BYTES) {
      throw new IOException(
          path
              + " is too long for the path of a socket in it; name a directory whose path has at"
              + " least "
              + Counts.of(longest - MAX_SOCKET_BYTES, "byte")
              + " less");
    }
  }

  /** Gives a file of no use to the group: who may do that is the system's to say. */
  private Optional<String> tryGroup() {
    Path probe;
    try {
      probe = Files.createTempFile("kauditd", null);
    } catch (IOException e) {
      return Optional.empty(); // it shows in the run
    }
    try {
      toGroup(probe, PosixFilePermissions.fromString("rw-r-----"));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } finally {
      probe.toFile().delete();
    }
  }

  /** Whether everybody can find the sockets, as where several services share a directory. */
  private boolean isOpenToAll() throws IOException {
    return Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)
        .containsAll(PosixFilePermissions.fromString("---r-xr-x"));
  }

  /**
   * Checks that everything there belongs to one user: to this process's user, unless the directory
   * was named.
   *
   * @throws IOException saying what is wrong with it
   */
  void check() throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()) {
      throw new IOException(path + " is not a directory");
    }
    if (!named && !isOwn()) {
      throw new IOException(path + " belongs to another user");
    }
    if (found.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          path + " is open to other users; 'chmod 700 " + path + "' makes it private");
    }
  }

  private boolean isOwn() throws IOException {
    return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
        .equals(SafeDirectory.ownUserId());
  }

  /**
   * A socket that only permitted users can reach. It is made in a private directory and then moved,
   * because with a permissive umask it would be open to all between its creation and the change of
   * its permissions.
   */
  ServerSocketChannel bind(Path socket) throws IOException {
    try {
      return bindUnnamed(socket);
    } catch (FileSystemException e) { // others are sentences
      throw noRoom(e);
    }
  }

  private ServerSocketChannel bindUnnamed(Path socket) throws IOException {
    Path place = path.resolve("." + ProcessHandle.current().pid());
    Path made = place.resolve("s");
    // Left by a process of this number that was killed here: in a container all have the same one.
    Files.deleteIfExists(made);
    Files.deleteIfExists(place);
    Files.createDirectory(place, PosixFilePermissions.asFileAttribute(PRIVATE));
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(made));
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      if (group != null) {
        toGroup(made, PosixFilePermissions.fromString("rw-rw----"));
      }
      // In place of one of an earlier process that had this number.
      Files.move(made, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(place);
    }
  }

  private void toGroup(Path file, Set<PosixFilePermission> permissions) throws IOException {
    try {
      var principal =
          file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
      Files.getFileAttributeView(file, PosixFileAttributeView.class).setGroup(principal);
      Files.setPosixFilePermissions(file, permissions);
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException(
          "--status-group: there is no group '" + group + "'; name one that exists", e);
    } catch (FileSystemException e) {
      throw new IOException(
          "--status-group: the user '%s' is not in the group '%s', and so cannot give it the status"
                  .formatted(System.getProperty("user.name"), group)
              + " socket; put the user into the group, or name one that the user is in",
          e);
    }
  }

  /** The processes that have a socket here, alive or not. */
  public List<Long> pids() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    check();
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .map(entry -> SOCKET.matcher(String.valueOf(entry.getFileName())))
          .filter(java.util.regex.Matcher::matches)
          .map(matcher -> Long.parseLong(matcher.group(1)))
          .sorted()
          .toList();
    } catch (AccessDeniedException e) {
      throw new IOException(path + " may not be read by this user", e);
    }
  }

  /** Clears away the socket of a process that is gone, where it is ours to do. */
  void clearAway(long pid) throws IOException {
    if (isOwn()) {
      Files.deleteIfExists(socketOf(pid));
    }
  }
}
