// SPDX-License-Identifier: Apache-2.0
package io.kauditd.logback;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.status.Status;
import io.kauditd.fixtures.AuditLogLines;
import io.kauditd.fixtures.AuditTool;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.MarkerFactory;

/** What an appender makes of its configuration, and records of events. */
class AuditAppenderTest {
  private static final String CLASS = "io.kauditd.logback.AuditAppender";

  @TempDir Path scratch;
  private final LoggerContext context = new LoggerContext();
  private Path log;

  @BeforeEach
  void prepare() {
    log = scratch.resolve("audit.log");
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  /** An application's configuration, and its logger. */
  private Logger configure(String xml) throws Exception {
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        new ByteArrayInputStream(
            ("<configuration>" + xml + "</configuration>").getBytes(StandardCharsets.UTF_8)));
    return context.getLogger("org.example.Shop");
  }

  private static String appender(String name, String elements) {
    return "<appender name='%s' class='%s'>%s</appender>".formatted(name, CLASS, elements);
  }

  private String toLog(String elements) {
    return appender("AUDIT", "<transport>file:" + log + "</transport>" + elements)
        + "<root level='ALL'><appender-ref ref='AUDIT'/></root>";
  }

  private List<String> logged() throws Exception {
    context.stop();
    return AuditLogLines.of(log);
  }

  private List<String> errors() {
    return context.getStatusManager().getCopyOfStatusList().stream()
        .filter(status -> status.getEffectiveLevel() >= Status.WARN)
        .map(Status::getMessage)
        .toList();
  }

  @Test
  void markersPairsAndContextBecomeTypeAndFields() throws Exception {
    Logger logger = configure(toLog(""));
    context.getMDCAdapter().put("addr", "192.0.2.7");
    context.getMDCAdapter().put("Trace Id", "a b");
    logger
        .atWarn()
        .addMarker(MarkerFactory.getMarker("USER_LOGIN"))
        .addKeyValue("op", "login")
        .addKeyValue("acct", "bob\" res=success acct=\"root")
        .addKeyValue("outcome", "failure")
        .setCause(new IllegalStateException("no 'way'\nout"))
        .log("{} may not enter", "bob");
    context.getMDCAdapter().clear();

    assertThat(logged())
        .hasSize(1)
        .first()
        .satisfies(line -> {
          assertThat(line).startsWith("type=USER_LOGIN msg=audit(").contains("res=failed'");
          assertThat(line).containsOnlyOnce("res=").containsOnlyOnce("acct=");
          assertThat(AuditLogLines.value(line, "acct")).isEqualTo("bob\" res=success acct=\"root");
          assertThat(AuditLogLines.value(line, "op")).isEqualTo("login");
          assertThat(AuditLogLines.value(line, "addr")).isEqualTo("192.0.2.7");
          assertThat(AuditLogLines.value(line, "trace_id")).isEqualTo("a b");
          assertThat(AuditLogLines.value(line, "info")).isEqualTo("bob may not enter");
          assertThat(AuditLogLines.value(line, "logger")).isEqualTo("org.example.Shop");
          assertThat(AuditLogLines.value(line, "level")).isEqualTo("WARN");
          assertThat(AuditLogLines.value(line, "exception"))
              .isEqualTo("java.lang.IllegalStateException: no 'way'\nout");
        });
  }

  @Test
  void noEventMakesASecondLineOrIsTooLong() throws Exception {
    Logger logger = configure(toLog(""));
    String endless = "ä\n\"'".repeat(5_000);
    var event = logger.atInfo();
    for (int i = 0; i < 100; i++) {
      event = event.addKeyValue("key" + i, endless);
    }
    event.log(endless);

    assertThat(logged()).hasSize(1);
    assertThat(context.getStatusManager().getCopyOfStatusList())
        .anyMatch(status -> status.getMessage().contains("1 delivered, 0 waiting, 0 dropped"));
  }

  @SuppressWarnings("deprecation") // references of markers are deprecated, and still used
  @Test
  void onlyMarkedEventsAreTakenWhereThatIsWanted() throws Exception {
    Logger logger =
        configure(toLog("<markedOnly>true</markedOnly><recordType>USER_CMD</recordType>"));
    var parent = MarkerFactory.getDetachedMarker("MINE");
    parent.add(MarkerFactory.getDetachedMarker("AUDIT"));
    logger.info("unmarked");
    logger.info(MarkerFactory.getMarker("OTHER"), "marked otherwise");
    logger.info(MarkerFactory.getMarker("AUDIT"), "one");
    logger.info(parent, "two");
    logger.info(MarkerFactory.getMarker("SYSCALL"), "no record type of applications");

    assertThat(logged()).allMatch(line -> line.startsWith("type=USER_CMD "));
    assertThat(AuditLogLines.values(log, "info")).containsExactly("one", "two");
  }

  @Test
  void theContextIsChosenAndRenamed() throws Exception {
    Logger logger = configure(toLog("<mdc>user:acct, traceId</mdc>"));
    context.getMDCAdapter().put("user", "alice");
    context.getMDCAdapter().put("traceId", "42");
    context.getMDCAdapter().put("secret", "hidden");
    logger.info("hello");
    context.getMDCAdapter().clear();

    assertThat(logged())
        .hasSize(1)
        .allMatch(line -> line.contains("acct=\"alice\"") && line.contains("trace_id=\"42\""))
        .noneMatch(line -> line.contains("hidden"));
  }

  @Test
  void whatTheEngineLogsDoesNotFeedBack() throws Exception {
    configure(toLog(""));
    context.getLogger("kauditd").warn("engine");
    context.getLogger("io.kauditd.transport.file.LogFile").warn("transport");
    context.getLogger("io.kauditdx").warn("somebody else's");

    assertThat(logged()).hasSize(1);
    assertThat(AuditLogLines.values(log, "info")).containsExactly("somebody else's");
  }

  @Test
  void whatIsLostAtTheEndIsAWarning() throws Exception {
    log = scratch.resolve("missing/audit.log");
    configure(toLog("<closeDeadline>1ms</closeDeadline>")).info("has no place");
    context.stop();

    assertThat(errors())
        .anyMatch(error -> error.contains("closed: 1 logged, 0 delivered, 0 waiting, 1 dropped"));
  }

  @Test
  void severalAppendersDoNotMix() throws Exception {
    Path other = scratch.resolve("other.log");
    Logger logger =
        configure(
            appender("ONE", "<transport>file:" + log + "</transport>")
                + appender(
                    "TWO",
                    "<transport>file:%s</transport><setting>transport.max-size=1MiB</setting><queue>spool:%s</queue>"
                        .formatted(other, scratch.resolve("spool")))
                + "<logger name='two' additivity='false'><appender-ref ref='TWO'/></logger>"
                + "<root level='ALL'><appender-ref ref='ONE'/></root>");
    logger.info("first");
    context.getLogger("two").info("second");
    context.stop();

    assertThat(errors()).isEmpty();
    assertThat(AuditLogLines.values(log, "info")).containsExactly("first");
    assertThat(AuditLogLines.values(other, "info")).containsExactly("second");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          <transport/>                                                    | 'transport' is missing; say where records go to
          <transport>fil:/tmp/x</transport>                               | there is no transport 'fil'; there is file, memory, null
          <transport>netlink</transport>                                  | add the artifact io.kauditd:audit-transport-netlink
          <transport>null</transport><queue>spool:/dev/null/x</queue>     | queue 'spool' cannot be opened
          <transport>null</transport><backlogLimit>many</backlogLimit>    | option 'backlog-limit': 'many' is not valid; it takes a whole number
          <transport>null</transport><backlogWaitTime>5</backlogWaitTime> | option 'backlog-wait-time': '5' is not valid; it takes a duration
          <transport>null</transport><recordType>SYSCALL</recordType>     | it takes a record type by name or number
          <transport>null</transport><setting>max-size=1</setting>        | 'max-size' is not known; there is transport, policy, queue
          <transport>null</transport><setting>max-size</setting>          | it takes key=value, such as max-size=8MiB
          <transport>null</transport><transprot>null</transprot>          | transprot
          """)
  void aBadConfigurationSaysWhatIsWrong(String elements, String said) throws Exception {
    configure(appender("AUDIT", elements) + "<root level='ALL'><appender-ref ref='AUDIT'/></root>");
    context.getLogger("any").info("goes on");

    assertThat(errors()).anyMatch(error -> error.contains(said));
  }

  @Test
  void whatWasWrittenIsWhatAusearchReads() throws Exception {
    Logger logger = configure(toLog(""));
    logger
        .atInfo()
        .addMarker(MarkerFactory.getMarker("USER_LOGIN"))
        .addKeyValue("acct", "eve x")
        .addKeyValue("res", false)
        .log("a message; with \"all\" 'kinds'");
    logged();

    String found = AuditTool.run("ausearch", log, "-i", "-sv", "no");
    assertThat(found)
        .contains("acct=eve x ", "info=a message; with \"all\" 'kinds' ", "res=failed");
  }
}
