// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/**
 * Opens, locks and replaces files so that nobody can put others in their place. For the modules of
 * this project alone; it may change with any version.
 */
@NullMarked
@SuppressWarnings("module") // those that it is for are compiled after it
module io.kauditd.files {
  requires static org.jspecify;

  exports io.kauditd.files to
      io.kauditd.cli,
      io.kauditd.sources,
      io.kauditd.transport.file;
}
