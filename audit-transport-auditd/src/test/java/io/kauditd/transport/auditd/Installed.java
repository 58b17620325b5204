// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What this machine has. */
final class Installed {
  private Installed() {}

  static boolean has(String program) {
    String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin";
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
  }
}
