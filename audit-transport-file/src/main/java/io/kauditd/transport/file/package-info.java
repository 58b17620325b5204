// SPDX-License-Identifier: Apache-2.0

/** The transport {@code file}: appends to a log that ausearch can read. */
@NullMarked
package io.kauditd.transport.file;

import org.jspecify.annotations.NullMarked;
