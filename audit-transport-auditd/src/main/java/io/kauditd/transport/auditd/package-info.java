// SPDX-License-Identifier: Apache-2.0

/**
 * The remote protocol of the audit daemon, both ends: the transport {@code auditd} does what {@code
 * audisp-remote} does, the source {@code auditd} what an audit daemon with {@code tcp_listen_port}
 * does.
 */
@NullMarked
package io.kauditd.transport.auditd;

import org.jspecify.annotations.NullMarked;
