// SPDX-License-Identifier: Apache-2.0
/** Virtual time: a hand-moved clock, a scripted transport, trace replay and the simulator. */
@org.jspecify.annotations.NullMarked
module io.kauditd.simulation {
  requires static org.jspecify;
  requires transitive io.kauditd.core;
  requires tools.jackson.databind;
  requires typesafe.config;

  exports io.kauditd.simulation;
}
