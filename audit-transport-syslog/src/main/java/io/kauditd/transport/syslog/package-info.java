// SPDX-License-Identifier: Apache-2.0

/** The transports {@code syslog} and {@code relp}: syslog servers over TCP, TLS and RELP. */
@NullMarked
package io.kauditd.transport.syslog;

import org.jspecify.annotations.NullMarked;
