// SPDX-License-Identifier: Apache-2.0
/** The kernel's audit socket as a source and a transport. */
package io.kauditd.transport.netlink;
