// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

/** The names of the headers of each Kafka record; consumers rely on them. */
final class HeaderName {
  /** The host that the record speaks of: its own {@code node=}, or the transport's. */
  static final String NODE = "node";

  /** The name of the record's type: {@code USER_LOGIN}. */
  static final String TYPE = "type";

  /** The serial of the event, in decimal. */
  static final String SERIAL = "serial";

  /** Who sent it: all records of one instance have one key, and one row of numbers. */
  static final String INSTANCE = "instance";

  /** Where it stands among the records of the instance, in decimal; absent without a number. */
  static final String NUMBER = "number";

  private HeaderName() {}
}
