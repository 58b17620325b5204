// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/** The fields of {@link Serials}, kept apart as those of {@link MemoryQueueFields} are. */
@SuppressWarnings({"unused", "UnusedVariable"}) // the padding
final class SerialsFields {
  private SerialsFields() {}

  abstract static class Front {
    private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14;
  }

  abstract static class Value extends Front {
    volatile long last;
  }
}
