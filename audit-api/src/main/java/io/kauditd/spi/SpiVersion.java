// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

/**
 * The version of the plug-in interfaces.
 *
 * @since 0.1.0
 */
public final class SpiVersion {
  /**
   * The version of this API. A compile-time constant on purpose: the compiler copies it into the
   * plug-in, which so tells the version it was compiled against.
   */
  public static final int CURRENT = 1;

  private SpiVersion() {}
}
