// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The command line of {@code audit run}. */
public final class RunArguments {
  private RunArguments() {}

  /**
   * A run with one transport.
   *
   * @param runtime its runtime directory
   */
  public static String[] of(Path runtime, String source, String transport, String... more) {
    List<String> always =
        List.of(
            "run",
            "--source",
            source,
            "--transport",
            transport,
            "--runtime-dir",
            runtime.toString());
    return Stream.concat(always.stream(), Stream.of(more)).toArray(String[]::new);
  }
}
