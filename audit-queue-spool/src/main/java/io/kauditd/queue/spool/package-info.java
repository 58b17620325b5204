// SPDX-License-Identifier: Apache-2.0
/** A queue on disk, whose records survive the program. */
@NullMarked
package io.kauditd.queue.spool;

import org.jspecify.annotations.NullMarked;
