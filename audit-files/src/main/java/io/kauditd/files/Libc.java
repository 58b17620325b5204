// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The few system calls that the JDK has no method for: opening a name below a directory that is
 * open already, and a lock that belongs to one open file. All else is done through {@code
 * /proc/self/fd}, whose entries lead to what was opened and not to a name.
 *
 * <p>Linux on 64 bits. A failure comes back as the negative error number, the kernel's convention.
 */
final class Libc {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EACCES = 13;
  static final int EAGAIN = 11;
  static final int EEXIST = 17;

  private static final int O_WRONLY = 01;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int O_APPEND = 02000;
  private static final int O_CLOEXEC = 02000000;
  private static final int O_PATH = 010000000;
  private static final int AT_FDCWD = -100;
  private static final long F_OFD_SETLK = 37;
  private static final short F_WRLCK = 1;
  private static final int MAX_LINK_BYTES = 4096; // PATH_MAX

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Libc() {}

  /**
   * Whether the system calls can be made without a message of the JVM: this system has them, and
   * this module was granted native access. Without the grant, the JVM would print a warning today
   * and refuse later. The system property {@code kauditd.files.native=false} forbids them, too.
   */
  static boolean isUsable() {
    return NativeFunctions.areGranted()
        && Host.IS_KNOWN
        && !"false".equals(System.getProperty("kauditd.files.native"));
  }

  /** What does not change while the program runs. */
  private static final class Host {
    /** Not the same number on all processors. */
    static final int O_NOFOLLOW =
        switch (System.getProperty("os.arch", "")) {
          case "amd64", "x86_64", "riscv64", "s390x", "loongarch64" -> 0400000;
          case "aarch64", "ppc64", "ppc64le" -> 0100000;
          default -> 0;
        };

    static final boolean IS_KNOWN =
        System.getProperty("os.name", "").equals("Linux")
            && O_NOFOLLOW != 0
            && Files.isDirectory(DESCRIPTORS);
  }

  /** The functions, linked when the first of them is called. */
  private static final class Functions {
    static final StructLayout STATE = Linker.Option.captureStateLayout();
    static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));

    /** struct flock of the 64-bit systems. */
    static final MemoryLayout LOCK =
        MemoryLayout.structLayout(
            JAVA_SHORT, JAVA_SHORT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT);

    static final MethodHandle OPENAT = NativeFunctions.link("openat");
    static final MethodHandle FCNTL = NativeFunctions.link("fcntl");
    static final MethodHandle READLINKAT = NativeFunctions.link("readlinkat");
    static final MethodHandle CLOSE = NativeFunctions.link("close");
    static final MethodHandle GETEUID = NativeFunctions.link("geteuid");
    static final MethodHandle GETEGID = NativeFunctions.link("getegid");
    static final MethodHandle STRERROR = NativeFunctions.link("strerror");

    private Functions() {}
  }

  /** Of a function that returns an int, which is the lower half of what comes back. */
  private static int result(long returned, MemorySegment state) {
    return (int) returned >= 0 ? (int) returned : -state.get(JAVA_INT, Functions.ERRNO);
  }

  private static Error unexpected(Throwable t) {
    return new LinkageError("a native call failed in the JVM", t);
  }

  private static int openat(int directory, byte[] name, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Functions.STATE);
      MemorySegment text = arena.allocate(name.length + 1L);
      MemorySegment.copy(name, 0, text, JAVA_BYTE, 0, name.length);
      long all = flags | O_CLOEXEC;
      long returned =
          (long)
              Functions.OPENAT.invokeExact(
                  state, (long) directory, text.address(), all, (long) mode);
      return result(returned, state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * Opens the entry of a directory, without any effect on it: a link is not followed, and a device
   * or pipe is not touched.
   *
   * @param directory its descriptor; without effect if the name begins with a slash
   */
  static int openPlace(int directory, byte[] name) {
    return openat(directory, name, O_PATH | Host.O_NOFOLLOW, 0);
  }

  /** The same for what a path leads to, through symbolic links. */
  static int openTarget(byte[] path) {
    return openat(AT_FDCWD, path, O_PATH, 0);
  }

  /** Makes a file that was not there, its owner's alone, and opens it for appending. */
  static int create(int directory, byte[] name) {
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | Host.O_NOFOLLOW;
    return openat(directory, name, flags, 0600);
  }

  /** Opens what a descriptor leads to once more, for appending. */
  static int openForAppending(int place) {
    return openat(AT_FDCWD, bytesOf(descriptor(place)), O_WRONLY | O_APPEND, 0);
  }

  private static byte[] bytesOf(Path path) {
    return PathBytes.of(path);
  }

  /** A path that leads to what a descriptor of this process has open. */
  static Path descriptor(int fd) {
    return DESCRIPTORS.resolve(Integer.toString(fd));
  }

  /**
   * Locks an open file for writing, as a whole and for as long as the descriptor is open. Unlike
   * the locks of the JDK, it is not lost when another descriptor of the file is closed; like them,
   * it keeps out those who ask for a lock of either kind, and works over NFS.
   */
  static int lock(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Functions.STATE);
      MemorySegment lock = arena.allocate(Functions.LOCK); // from 0, to the end, of no process
      lock.set(JAVA_SHORT, 0, F_WRLCK);
      long returned =
          (long) Functions.FCNTL.invokeExact(state, (long) fd, F_OFD_SETLK, lock.address(), 0L);
      return result(returned, state);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** What a symbolic link that is open says. */
  static byte[] readLink(int place, Path shown) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Functions.STATE);
      MemorySegment text = arena.allocate(MAX_LINK_BYTES);
      MemorySegment empty = arena.allocate(1);
      long size = text.byteSize();
      long length =
          (long)
              Functions.READLINKAT.invokeExact(
                  state, (long) place, empty.address(), text.address(), size);
      if (length < 0) {
        throw failure(state.get(JAVA_INT, Functions.ERRNO), shown);
      }
      return text.asSlice(0, length).toArray(JAVA_BYTE);
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static void close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Functions.STATE);
      long _ = (long) Functions.CLOSE.invokeExact(state, (long) fd, 0L, 0L, 0L);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int geteuid() {
    return id(Functions.GETEUID);
  }

  static int getegid() {
    return id(Functions.GETEGID);
  }

  private static int id(MethodHandle function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Functions.STATE);
      return (int) (long) function.invokeExact(state, 0L, 0L, 0L, 0L);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** The exception that the JDK has for an error number, positive. */
  static IOException failure(int errno, Path shown) {
    return switch (errno) {
      case ENOENT -> new NoSuchFileException(shown.toString());
      case EEXIST -> new FileAlreadyExistsException(shown.toString());
      case EACCES -> new AccessDeniedException(shown.toString());
      default -> new FileSystemException(shown.toString(), null, words(errno));
    };
  }

  @SuppressWarnings("restricted")
  private static String words(int errno) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Functions.STATE);
      long text = (long) Functions.STRERROR.invokeExact(state, (long) errno, 0L, 0L, 0L);
      return MemorySegment.ofAddress(text)
          .reinterpret(MAX_LINK_BYTES)
          .getString(0, Charset.defaultCharset());
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }
}
