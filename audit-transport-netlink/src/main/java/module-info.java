// SPDX-License-Identifier: Apache-2.0
/** The kernel's audit socket as a source and a transport. */
@org.jspecify.annotations.NullMarked
module io.kauditd.transport.netlink {
  requires static transitive org.jspecify;
  requires transitive io.kauditd.api;
  requires org.slf4j;
}
