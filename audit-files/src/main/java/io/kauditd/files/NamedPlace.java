// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;

/**
 * A place that is known by its name, where the JVM grants no native access. The name must lead to
 * the same file before and after each use. Only somebody who may change the directories could
 * exchange the file in between.
 */
final class NamedPlace extends Place {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final FileStatus found;

  NamedPlace(Path shown, FileStatus found) {
    super(shown);
    this.found = found;
  }

  @Override
  Place child(Path name) throws IOException {
    Path all = shown().resolve(name).normalize();
    FileStatus status = FileStatus.of(all);
    same();
    return new NamedPlace(all, status);
  }

  @Override
  Place create(Path name) throws IOException {
    same();
    Path all = Files.createFile(shown().resolve(name), OWNER_ALONE);
    return new NamedPlace(all, FileStatus.of(all));
  }

  @Override
  Path readLink() throws IOException {
    Path target = Files.readSymbolicLink(shown());
    same();
    return target;
  }

  @Override
  public Path path() {
    return shown();
  }

  @Override
  public FileStatus status() throws IOException {
    return same();
  }

  private FileStatus same() throws IOException {
    FileStatus now = FileStatus.ofIfThere(shown());
    if (now == null) {
      throw new NoSuchFileException(shown().toString());
    }
    if (!now.isSameFileAs(found)) {
      throw new UnfitFileException(
          shown() + " was replaced by another program in this moment; it is tried again");
    }
    return now;
  }

  @Override
  public FileChannel open(Set<OpenOption> options) throws IOException {
    var all = new HashSet<OpenOption>(options);
    all.add(LinkOption.NOFOLLOW_LINKS);
    all.remove(StandardOpenOption.CREATE);
    same();
    FileChannel channel = FileChannel.open(shown(), all);
    try {
      same();
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void setPermissions(int mode) throws IOException {
    same();
    setMode(shown(), mode, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  PosixFileAttributeView attributes() {
    return Files.getFileAttributeView(
        shown(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public void close() {
    // nothing is held
  }
}
