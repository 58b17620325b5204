// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a program makes it can open again, also where the umask takes permissions from its user. */
class UmaskTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "true, 0777",
    "true, 0277",
    "true, 0000",
    "false, 0777",
    "false, 0277",
    "false, 0000"
  })
  void aFileIsItsOwnersAloneWhateverTheUmask(String isNative, String umask) throws Exception {
    List<String> options =
        List.of("--enable-native-access=ALL-UNNAMED", "-Dkauditd.files.native=" + isNative);
    var command = new ArrayList<>(List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"));
    command.addAll(Program.commandWithOnly(options, UmaskTest.class, dir.toString()));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(child.inputReader().readLine()).isEqualTo("600");
    assertThat(child.waitFor()).isZero();
  }

  public static void main(String[] arguments) throws Exception {
    try (SafeDirectory directory = SafeDirectory.open(Path.of(arguments[0]));
        Place made = directory.create(Path.of("file"))) {
      System.out.println(Integer.toOctalString(made.status().permissions()));
    }
  }
}
