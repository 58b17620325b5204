// SPDX-License-Identifier: Apache-2.0
package org.example.shed;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * How much a record matters, by its type; and by its text, if its type does not say.
 *
 * @param kept the types that are never shed
 * @param chatty the types that are shed first
 */
record Priorities(Set<Integer> kept, Set<Integer> chatty) {
  static final String KEPT_BY_DEFAULT =
      "LOGIN,USER_AUTH,USER_ACCT,USER_LOGIN,USER_LOGOUT,USER_CHAUTHTOK,ADD_USER,DEL_USER,"
          + "USER_ROLE_CHANGE,CONFIG_CHANGE,AVC,USER_AVC,SECCOMP,APPARMOR_DENIED,LANDLOCK_ACCESS,"
          + "ANOM_LOGIN_FAILURES";

  static final String CHATTY_BY_DEFAULT = "PATH,CWD,PROCTITLE,SOCKADDR,MMAP,EOE";

  /** What the audit world writes into a record of something that was refused. */
  private static final List<String> DENIALS =
      List.of("res=failed", "res=0", "success=no", "denied");

  /** How much a record matters. */
  enum Priority {
    KEPT,
    NORMAL,
    CHATTY
  }

  /**
   * Reads two lists of types.
   *
   * @throws IllegalArgumentException if a type is not known, or in both lists
   */
  static Priorities of(String kept, String chatty) {
    Set<Integer> keep = types(kept);
    Set<Integer> chat = types(chatty);
    for (int type : chat) {
      if (keep.contains(type)) {
        throw new IllegalArgumentException(
            RecordType.nameOf(type) + " is among the types to keep and among the chatty ones");
      }
    }
    return new Priorities(keep, chat);
  }

  private static Set<Integer> types(String list) {
    var types = new TreeSet<Integer>();
    for (String name : list.split(",", -1)) {
      if (name.isBlank()) {
        continue;
      }
      OptionalInt type = RecordType.parse(name.strip());
      if (type.isEmpty()) {
        throw new IllegalArgumentException(
            "'" + name.strip() + "' is no record type; write a name such as USER_LOGIN or 1112");
      }
      types.add(type.getAsInt());
    }
    return types;
  }

  Priority of(AuditRecord record) {
    if (kept.contains(record.type())) {
      return Priority.KEPT;
    }
    if (chatty.contains(record.type())) {
      return Priority.CHATTY;
    }
    String text = record.text();
    return DENIALS.stream().anyMatch(text::contains) ? Priority.KEPT : Priority.NORMAL;
  }
}
