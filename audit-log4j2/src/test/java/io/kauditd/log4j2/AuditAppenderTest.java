// SPDX-License-Identifier: Apache-2.0
package io.kauditd.log4j2;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.AuditLogLines;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.xml.XmlConfiguration;
import org.apache.logging.log4j.message.StringMapMessage;
import org.apache.logging.log4j.message.StructuredDataMessage;
import org.apache.logging.log4j.status.StatusData;
import org.apache.logging.log4j.status.StatusListener;
import org.apache.logging.log4j.status.StatusLogger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an appender makes of its configuration, and records of events. */
class AuditAppenderTest {
  @TempDir Path scratch;
  private final LoggerContext context = new LoggerContext("test");
  private final Said said = new Said();
  private Path log;

  @BeforeEach
  void nameTheLog() {
    log = scratch.resolve("audit.log");
    StatusLogger.getLogger().registerListener(said);
  }

  @AfterEach
  void stop() {
    context.stop();
    ThreadContext.clearAll();
    StatusLogger.getLogger().removeListener(said);
  }

  private Logger configure(String appenders, String loggers) throws Exception {
    String xml =
        "<Configuration><Appenders>%s</Appenders><Loggers>%s</Loggers></Configuration>"
            .formatted(appenders, loggers);
    var source =
        new ConfigurationSource(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    context.start(new XmlConfiguration(context, source));
    return context.getLogger("org.example.Shop");
  }

  private Logger toLog(String attributes) throws Exception {
    return configure(
        "<Audit name='a' transport='file:%s' %s/>".formatted(log, attributes),
        "<Root level='all'><AppenderRef ref='a'/></Root>");
  }

  private String line() throws Exception {
    context.stop();
    List<String> lines = AuditLogLines.of(log);
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }

  private List<String> errors() {
    return List.copyOf(said.messages);
  }

  /** What Log4j says of its configuration. */
  private static final class Said implements StatusListener {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();

    @Override
    public void log(StatusData data) {
      messages.add(data.getFormattedStatus());
      if (data.getLevel().equals(Level.ERROR)) {
        errors.add(data.getFormattedStatus());
      }
    }

    @Override
    public Level getStatusLevel() {
      return Level.WARN;
    }

    @Override
    public void close() {}
  }

  @Test
  void markersAndContextBecomeTypeAndFields() throws Exception {
    Logger logger = toLog("");
    ThreadContext.put("acct", "bob\" res=success acct=\"root");
    ThreadContext.put("res", "failed");
    logger.warn(
        new MarkerManager.Log4jMarker("LOGIN")
            .addParents(new MarkerManager.Log4jMarker("USER_LOGIN")),
        "{} may not enter",
        "bob",
        new IllegalStateException("no 'way'\nout"));

    String line = line();
    assertThat(line).startsWith("type=USER_LOGIN msg=audit(").contains("res=failed'");
    assertThat(line).containsOnlyOnce("res=").containsOnlyOnce("acct=");
    assertThat(AuditLogLines.value(line, "acct")).isEqualTo("bob\" res=success acct=\"root");
    assertThat(AuditLogLines.value(line, "info")).isEqualTo("bob may not enter");
    assertThat(AuditLogLines.value(line, "level")).isEqualTo("WARN");
    assertThat(AuditLogLines.value(line, "exception"))
        .isEqualTo("java.lang.IllegalStateException: no 'way'\nout");
  }

  @Test
  void structuredMessagesBecomeFields() throws Exception {
    Logger logger = toLog("");
    var message = new StructuredDataMessage("login@1", "may not enter", "USER_AUTH");
    message.put("acct", "alice");
    message.put("op", "login");
    message.put("result", "failed");
    logger.info(message);

    String line = line();
    assertThat(line).startsWith("type=USER_AUTH ").contains("acct=\"alice\"", "res=failed'");
    assertThat(AuditLogLines.value(line, "info")).isEqualTo("may not enter");
  }

  @Test
  void mapMessagesBecomeFields() throws Exception {
    toLog("").info(new StringMapMessage(Map.of("acct", "alice")));

    assertThat(line()).contains("acct=\"alice\"");
  }

  @Test
  void onlyMarkedEventsAreTakenWhereThatIsWanted() throws Exception {
    Logger logger = toLog("markedOnly='true' recordType='USER_CMD' mdc='none'");
    ThreadContext.put("secret", "hidden");
    logger.info("unmarked");
    logger.info(new MarkerManager.Log4jMarker("AUDIT"), "marked");

    assertThat(line()).startsWith("type=USER_CMD ").contains("info=\"marked\"");
    assertThat(line()).doesNotContain("hidden");
  }

  @Test
  void whatTheEngineLogsDoesNotFeedBack() throws Exception {
    toLog("");
    context.getLogger("kauditd").warn("engine");
    context.getLogger("io.kauditd.transport.file.LogFile").warn("transport");
    context.getLogger("io.kauditdx").warn("others");

    assertThat(line()).contains("info=\"others\"");
  }

  @Test
  void severalAppendersDoNotMix() throws Exception {
    Path other = scratch.resolve("other.log");
    Logger logger =
        configure(
            "<Audit name='one' transport='file:%s'/><Audit name='two' transport='file:%s' queue='spool:%s'/>"
                .formatted(log, other, scratch.resolve("spool")),
            "<Logger name='two' additivity='false'><AppenderRef ref='two'/></Logger>"
                + "<Root level='all'><AppenderRef ref='one'/></Root>");
    logger.error("first");
    context.getLogger("two").error("second");
    context.stop();

    assertThat(errors()).isEmpty();
    assertThat(AuditLogLines.values(log, "info")).containsExactly("first");
    assertThat(AuditLogLines.values(other, "info")).containsExactly("second");
  }

  /** Log4j shows only errors of its own, unless told otherwise. */
  @Test
  void whatIsLostAtTheEndIsAnError() throws Exception {
    log = scratch.resolve("missing/audit.log");
    toLog("closeDeadline='1ms'").error("has no place");
    context.stop();

    assertThat(said.errors)
        .anyMatch(error -> error.contains("closed: 1 logged, 0 delivered, 0 waiting, 1 dropped"));
  }

  /** The new appender starts before the old one stops; both want the same spool. */
  @Test
  void aProgramThatIsConfiguredAnewLosesNothing() throws Exception {
    Logger logger = toLog("queue='spool:%s'".formatted(scratch.resolve("spool")));
    logger.error("before");
    toLog("queue='spool:%s'".formatted(scratch.resolve("spool")));
    logger.error("after");
    context.stop();

    assertThat(errors()).isEmpty();
    assertThat(AuditLogLines.values(log, "info")).containsExactly("before", "after");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          name='a'                                              | 'transport' is missing; say where records go to
          name='a' transport='fil:/tmp/x'                       | there is no transport 'fil'; there is file, memory, null
          name='a' transport='netlink'                          | add the artifact io.kauditd:audit-transport-netlink
          name='a' transport='null' queue='spool:/dev/null/x'   | queue 'spool' cannot be opened
          name='a' transport='null' backlogLimit='many'         | option 'backlog-limit': 'many' is not valid
          name='a' transport='null' recordType='SYSCALL'        | it takes a record type by name or number
          name='a' transport='null' transprot='x'               | transprot
          transport='null'                                      | No appender name provided
          """)
  void aBadConfigurationSaysWhatIsWrong(String attributes, String said) throws Exception {
    Logger logger =
        configure("<Audit " + attributes + "/>", "<Root level='all'><AppenderRef ref='a'/></Root>");
    logger.info("goes on");

    assertThat(errors()).anyMatch(error -> error.contains(said));
  }
}
