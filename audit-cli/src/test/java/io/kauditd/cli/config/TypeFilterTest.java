// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditRecord;
import io.kauditd.cli.RunArguments;
import io.kauditd.cli.Tool;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --include} and {@code --exclude}. */
class TypeFilterTest {
  private static List<UserValue> given(String text) {
    return text == null ? List.of() : List.of(new UserValue(text, "--include"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1112|USER_LOGIN||true",
        "1112|1112||true",
        "1113|USER_LOGIN,USER_LOGOUT||true",
        "1114|USER_LOGIN, USER_LOGOUT||false",
        "1350|1300-1399||true",
        "1400|1300-1399||false",
        "1112|USER_AUTH-USER_CMD||true",
        "9999|UNKNOWN[9999]||true",
        "1300|kernel||true",
        "1112|kernel||false",
        "1112|user||true",
        "2500|user||true",
        "1200|user,kernel||false",
        "1112||USER_LOGIN|false",
        "1113||USER_LOGIN|true",
        "1112|user|USER_LOGIN|false",
        "1113|user|USER_LOGIN|true",
        "0||kernel,user|true",
      })
  void takes(int type, String include, String exclude, boolean taken) {
    var filter = TypeFilter.of(given(include), given(exclude));
    assertThat(filter.takes(AuditRecord.of(type, 1, 1, "x"))).isEqualTo(taken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "USER_LOGON", "1399-1300", "1300-", "-5", "a,b", "USER_LOGIN,"})
  void refusesWhatIsNoType(String text) {
    assertThatThrownBy(() -> TypeFilter.of(given(text), List.of()))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("--include: '" + text + "' is not valid; it takes record types: ");
  }

  @Test
  void countsWhatIsNotTakenAsNoLoss(@TempDir Path directory) throws IOException {
    Path in =
        Files.write(
            directory.resolve("in.log"),
            Stream.of("USER_LOGIN", "SYSCALL", "PATH", "USER_CMD")
                .map(type -> "type=" + type + " msg=audit(1.000:1): x")
                .toList());
    Path out = directory.resolve("out.log");
    CommandResult result =
        Tool.run(
            RunArguments.of(
                directory.resolve("run"),
                "file:" + in,
                "file:" + out,
                "--include",
                "kernel",
                "--include",
                "USER_CMD",
                "--exclude",
                "PATH"));

    assertThat(result.code()).isZero();
    assertThat(result.outLines())
        .contains("  logged     4", "  delivered  2", "  dropped    2 (filtered 2)");
    assertThat(Files.readString(out))
        .contains("SYSCALL", "USER_CMD")
        .doesNotContain("PATH", "LOGIN");
  }
}
