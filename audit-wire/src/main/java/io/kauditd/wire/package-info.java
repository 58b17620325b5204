// SPDX-License-Identifier: Apache-2.0

/** Connections to servers: TCP and TLS, frames, and what is under way on them. */
@NullMarked
package io.kauditd.wire;

import org.jspecify.annotations.NullMarked;
