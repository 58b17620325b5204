// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RecordViewTest {
  private final RecordView view = new RecordView(ZoneOffset.UTC);

  private String line(int type, String text) {
    return view.line(AuditRecord.of(type, 1642555588123L, 456, text));
  }

  @Test
  void beginsWithTimeSerialAndType() {
    assertThat(line(RecordType.USER_LOGIN, "pid=1 res=success"))
        .isEqualTo("01:26:28.123 :456 USER_LOGIN pid=1 res=success");
  }

  @Test
  void readsHexadecimal() {
    assertThat(line(RecordType.PROCTITLE, "proctitle=6C73002D6C0061"))
        .endsWith("proctitle=\"ls -l a\"");
    assertThat(line(RecordType.EXECVE, "argc=2 a0=\"sh\" a1=6120C3A9"))
        .endsWith("argc=2 a0=\"sh\" a1=\"a é\"");
    assertThat(line(RecordType.PATH, "item=0 name=2F746D702F612062 inode=12"))
        .endsWith("name=\"/tmp/a b\" inode=12");
  }

  @Test
  void leavesNumbersAlone() {
    String text = "arch=c000003e syscall=59 a0=7FFC a1=55 comm=\"FACE\" exe=\"/bin/DEAD\"";
    assertThat(line(RecordType.SYSCALL, text)).endsWith(text);
  }

  /** The kernel writes a text with quotes in hexadecimal so that it cannot pose as fields. */
  @Test
  void showsAQuoteInATextAsAPartOfIt() {
    assertThat(line(RecordType.USER_LOGIN, "acct=6122207265733D737563636573735C res=failed"))
        .endsWith("acct=\"a\\\" res=success\\\\\" res=failed");
  }

  @Test
  void obeysNothing() {
    assertThat(line(RecordType.USER_LOGIN, "acct=\u001b[2Jroot\n\u202emore\u0007"))
        .endsWith("acct=\\x1b[2Jroot\\n\\u202emore\\x07");
    assertThat(line(RecordType.PROCTITLE, "proctitle=1B5B324A0A"))
        .endsWith("proctitle=\"\\x1b[2J\"");
    assertThat(line(RecordType.SYSCALL, "uid=0\u001dUID=\"root\"")).endsWith("uid=0 UID=\"root\"");
  }
}
