// SPDX-License-Identifier: Apache-2.0
package io.kauditd.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTextTest {
  private static final int APPLICATION_TYPE = 1305; // no user message

  private static RecordText plain() {
    return RecordText.of(APPLICATION_TYPE);
  }

  private static RecordText login() {
    return RecordText.of(RecordType.USER_LOGIN);
  }

  /** What stands between the quotes of a user message. */
  private static String message(RecordText text) {
    String all = text.toString();
    return all.substring(all.indexOf("msg='") + 5, all.length() - 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alice            | acct="alice"
          bob lee          | acct=626F62206C6565
          ''               | acct=""
          ?                | acct="?"
          o-neill@host:1,2 | acct="o-neill@host:1,2"
          C0FFEE           | acct="C0FFEE"
          zoë              | acct=7A6FC3AB
          a\"b             | acct=612262
          o'neill          | acct=6F276E65696C6C
          a=b              | acct=613D62
          DOMAIN\\bob      | acct="DOMAIN\\bob"
          bob\\            | acct=626F625C
          """)
  void whatIsPlainIsQuotedAndTheRestIsHexadecimal(String value, String field) {
    String unescaped =
        value.replace("\\\\", "\\").replace("\\\"", "\"").replace("o'neill", "o'neill");
    assertThat(plain().text("acct", unescaped)).hasToString(field.replace("\\\\", "\\"));
  }

  @Test
  void whatIsNotKnownIsAQuestionMark() {
    assertThat(plain().text("acct", null).field("op", null)).hasToString("acct=? op=?");
  }

  @Test
  void theProgramsOwnWordsStandWithoutQuotes() {
    assertThat(
            plain()
                .field("op", "PAM:authentication")
                .field("port", 443)
                .field("change", -1)
                .field("state", "not plain")
                .field("end", "x:")
                .field("cwd", "/tmp")
                .text("addr", "::1")
                .text("hostname", "web1.example.org")
                .text("terminal", "two words"))
        .hasToString(
            "op=PAM:authentication port=443 change=-1 state=6E6F7420706C61696E end=\"x:\""
                + " cwd=\"/tmp\" addr=::1 hostname=web1.example.org terminal=74776F20776F726473");
  }

  @Test
  void aUserMessageHasWhatLibauditAndTheKernelWriteInTheirOrder() {
    RecordText text =
        login()
            .text("reason", "locked")
            .result(false)
            .text("addr", "192.0.2.7")
            .text("acct", "bob");
    text.field("op", "login").text("exe", "/usr/sbin/shop");
    assertThat(text.toString())
        .matches("pid=[0-9]+ uid=[0-9]+ auid=[0-9]+ ses=[0-9]+ msg='.*'")
        .startsWith("pid=" + ProcessHandle.current().pid() + " ")
        .endsWith(
            "msg='op=login acct=\"bob\" reason=\"locked\" exe=\"/usr/sbin/shop\" hostname=?"
                + " addr=192.0.2.7 terminal=? res=failed'");
  }

  @Test
  void theProgramIsNamedIfNobodyNamesAnother() {
    assertThat(message(login().result(true)))
        .startsWith("exe=")
        .endsWith(" hostname=? addr=? terminal=? res=success");
  }

  @Test
  void withoutAResultTheTerminalEndsWithASpace() {
    assertThat(message(login().field("op", "x"))).endsWith(" terminal=? ");
  }

  @Test
  void theLastResultCounts() {
    assertThat(plain().result(true).result(false)).hasToString("res=0");
    assertThat(plain().field("op", "x").result(true)).hasToString("op=x res=1");
    assertThat(message(login().result(false).result(true))).endsWith(" res=success");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Acct", "1a", "-a", "a b", "a=b", "a\nb", "ä", "a.b", "_a", "a'"})
  void aNameOfOtherCharactersIsRefused(String name) {
    assertThatThrownBy(() -> plain().text(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a field cannot be named '")
        .hasMessageContaining("a name is a letter from a to z")
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "msg",
        "type",
        "node",
        "res",
        "result",
        "pid",
        "uid",
        "auid",
        "ses",
        "subj",
        "ouid",
        "features",
        "xacct",
        "my-exe",
        "ocomm"
      })
  void aNameThatTheToolsTakeForSomethingElseIsRefusedInAUserMessage(String name) {
    assertThatThrownBy(() -> login().text(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a field cannot be named '" + name + "': ")
        .hasMessageEndingWith("; " + name + "_ would do");
    assertThat(message(login().text(name + "_", "x").result(true))).contains(name + "_=\"x\"");
  }

  @Test
  void otherRecordsMayHaveWhatTheKernelWritesInThem() {
    assertThat(plain().field("pid", 7).field("uid", 0).field("ses", 3).field("ouid", 5))
        .hasToString("pid=7 uid=0 ses=3 ouid=5");
  }

  @ParameterizedTest
  @CsvSource({
    "orderId, order_id",
    "user.id, user_id",
    "HTTPStatus, httpstatus",
    "'', x",
    "9lives, x9lives",
    "res, res_",
    "täst, t_st",
    "ok, ok",
    "'a\nb', a_b"
  })
  void aNameIsMadeOfAnything(String wished, String name) {
    assertThat(RecordText.nameFor(wished)).isEqualTo(name);
    assertThat(login().text(name, "x").toString()).contains(name + "=\"x\" ");
  }

  @Test
  void aNameMadeOfAnythingIsOneThatEveryRecordTakes() {
    var random = new Random(14);
    for (int i = 0; i < 20_000; i++) {
      String wished = Values.any(random, 80);
      String name = RecordText.nameFor(wished);
      assertThat(login().text(name, "x").toString()).as(wished).contains(name + "=");
    }
  }

  @Test
  void aFieldHasOneValue() {
    assertThatThrownBy(() -> plain().field("op", "a").text("op", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("field op is there already; a field has one value");
  }

  @Test
  void aValueHasALimitThatNamesItsField() {
    String longest = "ä".repeat(RecordText.MAX_VALUE_BYTES / 2);
    assertThat(login().text("acct", longest).result(true).toString().length())
        .isLessThanOrEqualTo(AuditRecord.MAX_LENGTH_BYTES);
    RecordText text = plain().field("op", "x");
    assertThatThrownBy(() -> text.text("acct", longest + "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the value of field acct is 4097 bytes long; a value has at most 4096, and excerpt(…)"
                + " cuts it");
    assertThat(text).as("as it was").hasToString("op=x");
  }

  @Test
  void aRecordHasALimitThatNamesTheFieldThatPassesIt() {
    String half = "x".repeat(4000);
    RecordText text = plain().text("a", half).text("b", half);
    String before = text.toString();
    assertThatThrownBy(() -> text.text("c", half))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("with field c the record would be 12021 bytes long; a record has at most 8970");
    assertThat(text).hasToString(before);
    assertThat(before.length()).isLessThanOrEqualTo(AuditRecord.MAX_LENGTH_BYTES);
  }

  @Test
  void anExcerptIsCutWhereAValueIsTooLong() {
    assertThat(plain().excerpt("a", "short").excerpt("b", null)).hasToString("a=\"short\" b=?");
    String cut = plain().excerpt("a", "x".repeat(5000)).toString();
    assertThat(cut).endsWith("xxx...\"").hasSize("a=\"\"".length() + RecordText.MAX_VALUE_BYTES);

    RecordText text = plain();
    for (String name : List.of("a", "b", "c", "d")) {
      text.excerpt(name, "\uD83D\uDE00".repeat(3000)); // four bytes each
    }
    assertThat(text.toString().length()).isLessThanOrEqualTo(AuditRecord.MAX_LENGTH_BYTES);
    String first = text.toString().split(" ", -1)[0].substring(2);
    assertThat(new String(HexFormat.of().parseHex(first), UTF_8))
        .matches("(\uD83D\uDE00)+\\.\\.\\.");
  }

  @Test
  void noValueMakesASecondFieldOrLine() {
    var random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String value = Values.any(random, 40);
      String all = login().field("op", value).text("acct", value).text("reason", value).toString();
      assertThat(all.lines()).as(value).hasSize(1);
      assertThat(all).as(value).matches("[ -~]*").doesNotMatch(".*'.*'.*'.*");
      var names = new ArrayList<String>();
      for (String field : all.split(" ", -1)) {
        names.add(field.replace("msg='", "").split("=", 2)[0]);
        assertThat(field.chars().filter(c -> c == '=').count()).as(field).isLessThanOrEqualTo(2);
      }
      assertThat(names)
          .as(value)
          .containsExactly(
              "pid",
              "uid",
              "auid",
              "ses",
              "op",
              "acct",
              "reason",
              "exe",
              "hostname",
              "addr",
              "terminal",
              "'");
    }
  }

  @Test
  void theSenderIsReadFromProcAndUnsetWhereThereIsNone(@TempDir Path dir) throws Exception {
    String pid = "pid=" + ProcessHandle.current().pid();
    Sender nothing = Sender.read(dir);
    assertThat(nothing.prefix()).isEqualTo(pid + " uid=4294967295 auid=4294967295 ses=4294967295");
    assertThat(nothing.exe()).isEqualTo("\"?\"");

    Files.writeString(dir.resolve("status"), "Name:\tx\nUid:\t1000\t0\t0\t0\n");
    Files.writeString(dir.resolve("loginuid"), "4294967295");
    Files.writeString(dir.resolve("sessionid"), "garbage\nres=1");
    Files.createSymbolicLink(dir.resolve("exe"), Path.of("/opt/my java/bin"));
    Sender some = Sender.read(dir);
    assertThat(some.prefix()).isEqualTo(pid + " uid=1000 auid=4294967295 ses=4294967295");
    assertThat(some.exe()).isEqualTo("2F6F70742F6D79206A6176612F62696E");
  }

  @Test
  void aRecordIsBuiltAndLoggedOnce() {
    var logged = new ArrayList<String>();
    var builder =
        new RecordBuilder(APPLICATION_TYPE, logged::add)
            .field("op", "pay")
            .field("amount", 12)
            .text("acct", "alice")
            .excerpt("note", "thanks")
            .result(true);
    assertThat(builder.log()).isTrue();
    assertThat(logged).containsExactly("op=pay amount=12 acct=\"alice\" note=\"thanks\" res=1");
    assertThatThrownBy(builder::log)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this record was logged already; begin another one");
    assertThatThrownBy(() -> RecordText.of(-1)).hasMessage("record type -1 is negative");
  }
}
