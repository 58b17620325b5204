// SPDX-License-Identifier: Apache-2.0
/** The transport that appends to a log which ausearch can read. */
@org.jspecify.annotations.NullMarked
module io.kauditd.transport.file {
  requires static transitive org.jspecify;
  requires transitive io.kauditd.api;
  requires org.slf4j;
}
