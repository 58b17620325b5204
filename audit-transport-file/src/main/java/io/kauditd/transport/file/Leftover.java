// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import io.kauditd.files.FileStatus;

/**
 * What has to be cut off from the end of a log when it is opened again: a batch, or a torn line of
 * one, that was not reported as taken and could not be cut off at once.
 *
 * @param file the file
 * @param from where it begins
 * @param to where it ends; if the file has another size by then, somebody else has changed it
 */
record Leftover(FileStatus file, long from, long to) {
  boolean standsIn(FileStatus opened) {
    return opened.isSameFileAs(file) && opened.sizeBytes() == to;
  }
}
