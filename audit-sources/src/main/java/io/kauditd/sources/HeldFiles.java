// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * New files beside the log that are held open, the youngest of them, since they may be compressed
 * or deleted before it is known what they are. Guarded by the {@link Trail}.
 */
final class HeldFiles {
  private static final int MAX_HELD = 8;

  private final List<PlainPart> held = new ArrayList<>();

  void hold(Siblings.Sibling sibling) {
    if (sibling.isPacked() || find(sibling.stat().id()) != null) {
      return;
    }
    try {
      held.add(PlainPart.open(sibling.path()));
    } catch (IOException e) {
      return; // it is looked at again when it is needed
    }
    if (held.size() > MAX_HELD) {
      held.remove(0).close();
    }
  }

  @Nullable PlainPart find(FileId id) {
    for (PlainPart part : held) {
      if (part.id().isSameAs(id)) {
        return part;
      }
    }
    return null;
  }

  /** Those that have no name among these any more. */
  List<PlainPart> without(List<Siblings.Sibling> named) {
    return held.stream()
        .filter(part -> named.stream().noneMatch(one -> one.stat().id().isSameAs(part.id())))
        .toList();
  }

  /**
   * Whether there is a copy of what stood in a file that was empty at the last look, and had been
   * truncated before this one.
   */
  boolean haveCopyOfUnseen(PlainPart file, Contents read) throws IOException {
    for (PlainPart part : held) {
      part.look();
      if (part.knownBytes() > 0
          && part.modifiedNs() >= file.id().birthNs()
          && part.id().birthNs() > file.id().birthNs()
          && !new Candidate(part, null, true, 0).mayBeCopyOf(file)
          && !read.has(part)) {
        return true;
      }
    }
    return false;
  }

  /** It is somebody else's to close. */
  void letGo(@Nullable PlainPart part) {
    held.remove(part);
  }

  void letGo(Predicate<FileId> which) {
    held.removeIf(part -> which.test(part.id()));
  }

  void close() {
    held.forEach(Part::close);
    held.clear();
  }
}
