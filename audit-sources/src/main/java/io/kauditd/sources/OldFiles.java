// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * The rotated files that were there at the last rotation, and what they and those that were read
 * since held: whatever is made of them is nothing new. Guarded by the {@link Trail}.
 */
final class OldFiles {
  private final Predicate<FileId> heldElsewhere;
  private final Contents read = new Contents();
  private List<FileId> files = List.of();
  private long modifiedNs;

  /**
   * None so far.
   *
   * @param heldElsewhere which files are read, or wait to be
   */
  OldFiles(Predicate<FileId> heldElsewhere) {
    this.heldElsewhere = heldElsewhere;
  }

  /** These are old from now on, and no others. */
  void are(List<Siblings.Sibling> list) {
    list.forEach(this::remember);
    files = list.stream().map(sibling -> sibling.stat().id()).toList();
    modifiedNs = list.stream().mapToLong(sibling -> sibling.stat().modifiedNs()).max().orElse(0);
  }

  private void remember(Siblings.Sibling sibling) {
    if (!sibling.isPacked() && isNew(sibling)) {
      try {
        PlainPart part = PlainPart.open(sibling.path());
        read.add(part);
        part.close();
      } catch (IOException e) {
        // It cannot be compared with then.
      }
    }
  }

  /** A file was read to its end. */
  void wasRead(PlainPart part) {
    read.add(part);
  }

  /** What need not be read any more. */
  Contents read() {
    return read;
  }

  boolean has(Siblings.Sibling sibling) {
    return files.stream().anyMatch(id -> id.isSameAs(sibling.stat().id()));
  }

  /** Whether a file is neither old nor read just now. */
  boolean isNew(Siblings.Sibling sibling) {
    return !has(sibling) && !heldElsewhere.test(sibling.stat().id());
  }

  /** When the youngest of them was written to last, in nanoseconds since the epoch. */
  long modifiedNs() {
    return modifiedNs;
  }
}
