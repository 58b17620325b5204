// SPDX-License-Identifier: Apache-2.0
package io.kauditd.jul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.fixtures.AuditLogLines;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** Handlers made in code, and records of what they are given. */
class AuditHandlerTest {
  @TempDir Path scratch;

  private AuditHandler handler(Path log, String... more) {
    var written = new HashMap<>(Map.of("transport", "file:" + log));
    for (int i = 0; i < more.length; i += 2) {
      written.put(more[i], more[i + 1]);
    }
    return new AuditHandler(written);
  }

  private static Logger logger(String name, AuditHandler handler) {
    Logger logger = Logger.getLogger(name);
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
    logger.addHandler(handler);
    return logger;
  }

  @Test
  void nameContextMessageAndThrowableBecomeTypeAndFields() throws Exception {
    Path log = scratch.resolve("audit.log");
    AuditHandler handler = handler(log);
    Logger logger = logger("shop.USER_LOGIN", handler);
    try (var acct = MDC.putCloseable("acct", "bob\" res=success acct=\"root");
        var res = MDC.putCloseable("res", "failed")) {
      logger.log(Level.WARNING, "{0} may not enter", new Object[] {"bob"});
    }
    logger.log(Level.INFO, "with a cause", new IllegalStateException("no 'way'\nout"));
    handler.close();
    logger.removeHandler(handler);

    List<String> lines = AuditLogLines.of(log);
    assertThat(lines).hasSize(2).allMatch(line -> line.startsWith("type=USER_LOGIN "));
    assertThat(lines.getFirst()).containsOnlyOnce("res=failed'").containsOnlyOnce("acct=");
    assertThat(AuditLogLines.values(log, "acct"))
        .containsExactly("bob\" res=success acct=\"root", "(none)");
    assertThat(AuditLogLines.values(log, "info"))
        .containsExactly("bob may not enter", "with a cause");
    assertThat(AuditLogLines.values(log, "exception").getLast())
        .isEqualTo("java.lang.IllegalStateException: no 'way'\nout");
  }

  @Test
  void severalHandlersDoNotMixAndNothingFeedsBack() throws Exception {
    Path one = scratch.resolve("one.log");
    Path two = scratch.resolve("two.log");
    AuditHandler first = handler(one, "marked-only", "true");
    AuditHandler second = handler(two);
    Logger marked = logger("audit.AUDIT", first);
    Logger plain = logger("plain", first);
    plain.addHandler(second);
    Logger engine = logger("io.kauditd.core", second);
    marked.info("marked");
    plain.info("plain");
    engine.warning("engine");
    first.close();
    second.close();
    plain.removeHandler(first);
    plain.removeHandler(second);
    marked.removeHandler(first);
    engine.removeHandler(second);

    assertThat(AuditLogLines.values(one, "info")).containsExactly("marked");
    assertThat(AuditLogLines.values(two, "info")).containsExactly("plain");
  }

  @Test
  void codeIsToldWhatIsWrong() {
    assertThatThrownBy(() -> new AuditHandler(Map.of("transport", "fil:/x")))
        .hasMessageContaining("there is no transport 'fil'; there is file, memory, null");
  }
}
