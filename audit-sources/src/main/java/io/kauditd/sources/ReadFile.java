// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

/**
 * A rotated file in which nothing is left to be read, as a checkpoint names it: after a restart,
 * what stands beside the log and is none of these is new.
 *
 * @param content what it held; of a compressed file the windows are empty, and the size is that of
 *     the file
 */
record ReadFile(FileId id, Contents.Content content) {}
