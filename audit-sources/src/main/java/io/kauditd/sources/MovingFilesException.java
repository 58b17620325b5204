// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The files beside a log were renamed again and again while they were looked at. What was seen of
 * them is not to be relied on; a later look may find them at rest.
 */
final class MovingFilesException extends IOException {
  private static final long serialVersionUID = 1L;

  MovingFilesException(Path log) {
    super("the rotated files beside " + log + " are renamed all the time; try again");
  }
}
