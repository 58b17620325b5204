// SPDX-License-Identifier: Apache-2.0

/**
 * The engine. {@link io.kauditd.core.AuditEngine} is kauditd's state machine; {@link
 * io.kauditd.core.Kauditd} puts a thread around it and is what an application embeds.
 */
@NullMarked
package io.kauditd.core;

import org.jspecify.annotations.NullMarked;
