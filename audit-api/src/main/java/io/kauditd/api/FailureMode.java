// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

/**
 * What happens when a record is lost; the kernel's {@code failure} flag, see audit_panic().
 *
 * <p>Later versions may add modes, as the kernel may. A switch over them needs a {@code default}
 * that does the same as {@link #PRINTK}.
 *
 * @since 0.1.0
 */
public enum FailureMode {
  /** The loss is counted, and nothing is printed. */
  SILENT(0),
  /** The reason is printed. The default. */
  PRINTK(1),
  /** The panic handler is called. */
  PANIC(2);

  private final int flag;

  FailureMode(int flag) {
    this.flag = flag;
  }

  /** The kernel's number for this mode: 0, 1 or 2. */
  public int flag() {
    return flag;
  }
}
