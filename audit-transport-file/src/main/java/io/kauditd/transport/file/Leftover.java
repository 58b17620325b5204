// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.FileStatus;

/**
 * What stands at the end of a log and has to be cut off when it is opened again: a batch, or the
 * torn line of one, that was not reported as taken and could not be cut off at once.
 *
 * @param file the file
 * @param from where it begins
 * @param to where it ends; if the file has another size by then, somebody else has dealt with it
 */
record Leftover(FileStatus file, long from, long to) {
  boolean standsIn(FileStatus opened) {
    return opened.isSameFileAs(file) && opened.sizeBytes() == to;
  }
}
