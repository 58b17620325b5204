// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class KernelStatusTest {
  private static final KernelStatus STATUS =
      new KernelStatus(1, 1, 42, 5, 8192, 0xFFFF_FFFFL, 7, 127, 15000, 3);

  @Test
  void whatIsWrittenIsReadAgain() {
    MemorySegment data = MemorySegment.ofArray(new byte[KernelStatus.LENGTH]);
    STATUS.put(data, 0);
    assertThat(KernelStatus.parse(data, 0, KernelStatus.LENGTH)).isEqualTo(STATUS);
  }

  @Test
  void anOlderKernelLeavesTheLastFieldsOut() {
    MemorySegment data = MemorySegment.ofArray(new byte[KernelStatus.LENGTH]);
    STATUS.put(data, 0);
    MemorySegment first = data.asSlice(0, KernelStatus.FIRST_LENGTH);
    assertThat(KernelStatus.parse(first, 0, KernelStatus.FIRST_LENGTH))
        .isEqualTo(new KernelStatus(1, 1, 42, 5, 8192, 0xFFFF_FFFFL, 7, 0, 0, 0));
    assertThat(KernelStatus.parse(data, 0, 40))
        .extracting(KernelStatus::backlogWaitTime)
        .isEqualTo(15000L);
  }

  @Test
  void lessThanTheFirstFieldsIsNoStatus() {
    MemorySegment data = MemorySegment.ofArray(new byte[31]);
    assertThat(KernelStatus.parse(data, 0, 31)).isNull();
  }

  @Test
  void aValueBeyond32BitsIsShownAsTheLargest() {
    MemorySegment data = MemorySegment.ofArray(new byte[KernelStatus.LENGTH]);
    new KernelStatus(1, 1, 1, 1, 1, 1L << 40, 1, 1, 1, 1).put(data, 0);
    assertThat(KernelStatus.parse(data, 0, KernelStatus.LENGTH))
        .extracting(KernelStatus::lost)
        .isEqualTo(0xFFFF_FFFFL);
  }
}
