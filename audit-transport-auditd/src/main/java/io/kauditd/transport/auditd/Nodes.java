// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import java.util.regex.Pattern;

/** Valid values of {@code node=}: one word, wherever it comes from. */
final class Nodes {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,255}");

  private Nodes() {}

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
