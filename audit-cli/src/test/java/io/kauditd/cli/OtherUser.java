// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of another user, where this one is root and may start them. */
public final class OtherUser {
  private static final String NOBODY = "65534";

  private OtherUser() {}

  /** Skips a test where there is none. */
  public static void assumeThereIsOne() throws IOException, InterruptedException {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "skipped: only root has other users");
    Process setpriv = new ProcessBuilder("setpriv", "--version").start();
    assumeTrue(setpriv.waitFor() == 0, "skipped: there is no setpriv");
    assumeTrue(Files.exists(Path.of("/usr/bin/python3")), "skipped: there is no python3");
  }

  /** Starts a program in Python as user and group nobody, with these groups besides. */
  public static Process start(String groups, String program, String... arguments)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                groups.isEmpty() ? "--clear-groups" : "--groups=" + groups,
                "/usr/bin/python3",
                "-c",
                program));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(new File("/"))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Waits until it has said something, and returns the line. */
  public static String line(Process process) throws IOException {
    return process.inputReader(StandardCharsets.UTF_8).readLine();
  }
}
