// SPDX-License-Identifier: Apache-2.0

/**
 * Where records come from when it is not the kernel: lines of text from standard input, a file or a
 * Unix socket, and a generator.
 */
@NullMarked
package io.kauditd.sources;

import org.jspecify.annotations.NullMarked;
