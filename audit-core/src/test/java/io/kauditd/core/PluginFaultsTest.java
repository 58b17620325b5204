// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PluginFaultsTest {
  @Test
  void keepsASentenceWholeWhosePathHasALineBreak() {
    assertThat(PluginFaults.named(new IOException("/var/a\nb may be changed by others")))
        .isEqualTo("/var/a\nb may be changed by others");
  }
}
