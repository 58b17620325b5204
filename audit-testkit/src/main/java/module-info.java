// SPDX-License-Identifier: Apache-2.0
/** The contracts that a plug-in author's tests run. */
@org.jspecify.annotations.NullMarked
module io.kauditd.testkit {
  requires static transitive org.jspecify;
  requires transitive io.kauditd.simulation;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;
}
