// SPDX-License-Identifier: Apache-2.0
@org.jspecify.annotations.NullMarked
module io.kauditd.metrics {
  requires static org.jspecify;
  requires transitive io.kauditd.api;
  requires transitive micrometer.core;

  exports io.kauditd.metrics;
}
