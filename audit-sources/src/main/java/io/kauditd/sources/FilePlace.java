// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

/**
 * A place in a file, with all that is needed to find the file again under another name, and to see
 * that it is the same.
 *
 * @param name where the file stood, for people
 * @param offset where to go on
 * @param head how the file begins
 * @param last what stands before the offset
 */
record FilePlace(FileId id, String name, long offset, Window head, Window last) {}
