// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AuditRecordTest {
  private static final byte[] NOT_UTF8 = {'a', '=', (byte) 0xFF, (byte) 0xC3};

  @Test
  void textIsKeptInTheFormItCameIn() {
    var string = AuditRecord.of(1112, 1, 2, "acct=\"zoë\"");
    assertThat(string.rawText()).isEqualTo("acct=\"zoë\"");
    assertThat(string.textBytes()).isEqualTo("acct=\"zoë\"".getBytes(UTF_8));

    var bytes = AuditRecord.ofBytes(1112, 1, 2, NOT_UTF8);
    assertThat(bytes.rawText()).isSameAs(NOT_UTF8);
    assertThat(bytes.textBytes()).isSameAs(NOT_UTF8);
    assertThat(bytes.text()).isEqualTo("a=\uFFFD\uFFFD");
  }

  @Test
  void recordsAreEqualByWhatTheySayNotByTheFormOfTheText() {
    var string = AuditRecord.of(1112, 1, 2, "é");
    var bytes = AuditRecord.ofBytes(1112, 1, 2, "é".getBytes(UTF_8));
    assertThat(string).isEqualTo(bytes).hasSameHashCodeAs(bytes);
    assertThat(string)
        .isNotEqualTo(AuditRecord.of(1113, 1, 2, "é"))
        .isNotEqualTo(AuditRecord.of(1112, 2, 2, "é"))
        .isNotEqualTo(AuditRecord.of(1112, 1, 3, "é"))
        .isNotEqualTo(AuditRecord.of(1112, 1, 2, "è"))
        .isNotEqualTo(string.withHead("node=a type=USER_LOGIN"))
        .isNotEqualTo("é");
  }

  @Test
  void aHeadIsAddedAndTakenAwayInACopy() {
    var record = AuditRecord.of(1112, 1, 2, "x");
    var withHead = record.withHead("node=web1 type=USER_LOGIN");
    assertThat(record.head()).isNull();
    assertThat(withHead.head()).isEqualTo("node=web1 type=USER_LOGIN");
    assertThat(withHead.withHead(null)).isEqualTo(record);
    assertThat(withHead).hasToString("node=web1 type=USER_LOGIN msg=audit(0.001:2): x");
  }

  @Test
  void aNumberIsAddedAndTakenAwayInACopyAndSaysNothing() {
    var record = AuditRecord.of(1112, 1, 2, "x");
    var numbered = record.withNumber(7);
    assertThat(record.number()).isZero();
    assertThat(numbered.number()).isEqualTo(7);
    assertThat(numbered).isEqualTo(record).hasSameHashCodeAs(record).hasToString(record.toString());
    assertThat(numbered.withNumber(0).number()).isZero();
    assertThatThrownBy(() -> record.withNumber(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record number -1 is negative; numbers begin with 1, and 0 is for none");
  }

  @Test
  void aHeadAndANumberDoNotTakeEachOtherAway() {
    var both = AuditRecord.of(1112, 1, 2, "x").withNumber(7).withHead("node=a type=USER_LOGIN");
    assertThat(both.number()).isEqualTo(7);
    assertThat(both.withHead(null).number()).isEqualTo(7);
    assertThat(both.withNumber(8).head()).isEqualTo("node=a type=USER_LOGIN");
    assertThat(both.withNumber(0).head()).isEqualTo("node=a type=USER_LOGIN");
  }

  @Test
  void typesAndTimesAreNotNegative() {
    assertThatThrownBy(() -> AuditRecord.of(-1, 1, 2, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("record type -1 is negative");
    assertThatThrownBy(() -> AuditRecord.ofBytes(1, -5, 2, NOT_UTF8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("time -5 ms is before 1970");
  }

  @Test
  void serialsAreUnsigned() {
    assertThat(AuditRecord.of(1112, 1, -1, "x"))
        .hasToString("type=USER_LOGIN msg=audit(0.001:18446744073709551615): x");
  }
}
