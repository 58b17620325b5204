// SPDX-License-Identifier: Apache-2.0
/**
 * AF_NETLINK through the Foreign Function and Memory API: the live kernel as a source and as a
 * destination of records, and an engine that is to other processes what kauditd is to auditd.
 */
package io.kauditd.transport.netlink;
