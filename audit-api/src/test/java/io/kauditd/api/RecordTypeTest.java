// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTypeTest {
  @ParameterizedTest
  @CsvSource({
    "1005, USER",
    "1100, USER_AUTH",
    "1111, USYS_CONFIG",
    "1112, USER_LOGIN",
    "1121, TRUSTED_APP",
    "1300, SYSCALL",
    "1302, PATH",
    "1320, EOE",
    "1327, PROCTITLE",
    "1400, AVC",
    "1500, APPARMOR",
    "1701, ANOM_ABEND",
    "2000, KERNEL",
    "2507, VIRT_MIGRATE_OUT"
  })
  void namesAreTheAuditDaemons(int type, String name) {
    assertThat(RecordType.nameOf(type)).isEqualTo(name);
    assertThat(RecordType.parse(name)).hasValue(type);
  }

  @Test
  void everyNameLeadsBackToItsNumberAndNoneIsUsedTwice() {
    var names = new HashSet<String>();
    for (int type = 0; type < 4000; type++) {
      String name = RecordType.nameOf(type);
      assertThat(RecordType.parse(name)).as(name).hasValue(type);
      assertThat(names.add(name)).as(name).isTrue();
    }
    assertThat(names.stream().filter(name -> !name.startsWith("UNKNOWN[")).count())
        .isBetween(190L, 230L);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, 1301, 1329, 1899, 2999, 3000, 999_999_999})
  void aTypeWithoutANameIsPrintedAsTheAuditDaemonDoes(int type) {
    assertThat(RecordType.nameOf(type)).isEqualTo("UNKNOWN[" + type + "]");
    assertThat(RecordType.parse("UNKNOWN[" + type + "]")).hasValue(type);
    assertThat(RecordType.parse("" + type)).hasValue(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "USER_LOGI",
        "USER_LOGIN ",
        "user_login",
        "UNKNOWN[]",
        "UNKNOWN[",
        "UNKNOWN",
        "UNKNOWN[-1]",
        "UNKNOWN[1234",
        "UNKNOWN[12a4]",
        "-1",
        "+1",
        "1e3",
        "1234567890",
        "]",
        "١٢"
      })
  void whatIsNoTypeIsEmpty(String text) {
    assertThat(RecordType.parse(text)).isEqualTo(OptionalInt.empty());
  }

  @Test
  void userMessagesAreTheKernelsTwoRanges() {
    assertThat(RecordType.isUserMessage(1099)).isFalse();
    assertThat(RecordType.isUserMessage(1100)).isTrue();
    assertThat(RecordType.isUserMessage(1199)).isTrue();
    assertThat(RecordType.isUserMessage(1200)).isFalse();
    assertThat(RecordType.isUserMessage(2099)).isFalse();
    assertThat(RecordType.isUserMessage(2100)).isTrue();
    assertThat(RecordType.isUserMessage(2999)).isTrue();
    assertThat(RecordType.isUserMessage(3000)).isFalse();
  }
}
