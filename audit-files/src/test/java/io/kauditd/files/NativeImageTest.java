// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import io.kauditd.fixtures.NativeImageMetadata;
import org.junit.jupiter.api.Test;

class NativeImageTest {
  @Test
  void theMetadataNamesEachFunctionThatIsLinked() throws Exception {
    NativeImageMetadata.assertNamesTheDowncallsOf("audit-files", Libc.class);
  }
}
