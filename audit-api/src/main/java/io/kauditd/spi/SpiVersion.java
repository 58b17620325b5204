// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * The version of the plug-in interfaces.
 *
 * @since 0.1.0
 */
public final class SpiVersion {
  /**
   * The version of this API. It is a compile-time constant: the compiler copies it into the
   * plug-in, so the plug-in reports the version that it was compiled against.
   */
  public static final int CURRENT = 1;

  private SpiVersion() {}
}
