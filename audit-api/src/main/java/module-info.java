// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/**
 * The types that applications, plug-ins and the engine share; it holds no behaviour of the engine.
 */
@NullMarked
module io.kauditd.api {
  requires static org.jspecify;

  exports io.kauditd.api;
  exports io.kauditd.spi;
}
