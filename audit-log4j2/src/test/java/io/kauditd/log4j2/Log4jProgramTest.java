// SPDX-License-Identifier: Apache-2.0
package io.kauditd.log4j2;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.Program;
import io.kauditd.fixtures.SinkOutage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs with real Log4j2, whose sink is down and comes up. */
class Log4jProgramTest {
  private static final String XML =
      """
      <Configuration status="INFO">
        <Appenders>
          <Audit name="audit" transport="file:LOG" policy="ordered" backlogLimit="2000">
            <Property name="transport.max-size" value="100MiB"/>
          </Audit>
        </Appenders>
        <Loggers><Root level="INFO"><AppenderRef ref="audit"/></Root></Loggers>
      </Configuration>
      """;
  private static final String PROPERTIES =
      """
      status = INFO
      appender.audit.type = Audit
      appender.audit.name = audit
      appender.audit.transport = file:LOG
      appender.audit.policy = ordered
      appender.audit.backlogLimit = 2000
      appender.audit.size.type = Property
      appender.audit.size.name = transport.max-size
      appender.audit.size.value = 100MiB
      rootLogger.level = INFO
      rootLogger.appenderRef.audit.ref = audit
      """;
  private static final String YAML =
      """
      Configuration:
        status: INFO
        Appenders:
          Audit:
            name: audit
            transport: file:LOG
            policy: ordered
            backlogLimit: 2000
            Property:
              name: transport.max-size
              value: 100MiB
        Loggers:
          Root:
            level: INFO
            AppenderRef:
              ref: audit
      """;

  @TempDir Path scratch;
  private SinkOutage outage;

  @BeforeEach
  void takeTheSinkDown() {
    outage = new SinkOutage(scratch);
  }

  private Program start(String suffix, String text) throws IOException {
    return start(suffix, text, "log4j");
  }

  private Program start(String suffix, String text, String facade) throws IOException {
    Path configuration = scratch.resolve("log4j2." + suffix);
    Files.writeString(configuration, text.replace("LOG", outage.log().toString()));
    return Program.start(
        Log4jProgram.class, List.of("-Dlog4j2.configurationFile=" + configuration), facade);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xml", "properties", "yaml"})
  void whatWasLoggedWhileTheSinkWasDownArrivesAndTheLedgerSaysSo(String form) throws Exception {
    String text = form.equals("xml") ? XML : form.equals("yaml") ? YAML : PROPERTIES;
    try (Program program = start(form, text)) {
      outage.log600(program);
      program.say("return");

      assertThat(program.end()).isZero();
      assertThat(program.await("closed: "))
          .contains("600 logged, 600 delivered, 0 waiting, 0 dropped");
      outage.assertThat600Arrived();
    }
  }

  @Test
  void underLoadTheLedgerSaysWhatArrivedAndWhatDidNot() throws Exception {
    try (Program program = start("xml", XML)) {
      outage.storm(program);
      program.say("exit");

      assertThat(program.end()).isZero();
      outage.assertThatStormIsAccountedFor(program.await("closed: "));
    }
  }

  /** Log4j's own hook takes the appenders away at once; the engine closes itself, and waits. */
  @Test
  void whatIsLoggedWhileTheProgramEndsArrives() throws Exception {
    outage.end();
    try (Program program =
        start("xml", XML.replace("status=\"INFO\"", "shutdownHook=\"disable\""))) {
      outage.assertThatLastWordsArrive(program);
    }
  }

  /** Its application knows SLF4J, or System.Logger, and not that Log4j is behind it. */
  @ParameterizedTest
  @ValueSource(strings = {"marker", "system"})
  void anApplicationOfAFacadeMarksItsEvents(String facade) throws Exception {
    outage.end();
    try (Program program =
        start("xml", XML.replace("policy=", "markedOnly=\"true\" policy="), facade)) {
      outage.assertThatOneMarkedMessageArrives(program, "USER_CMD");
    }
  }

  @Test
  void aBadConfigurationSaysWhatIsWrongAndTheProgramRunsOn() throws Exception {
    try (Program program = start("xml", XML.replace("ordered", "orderly"))) {
      program.say("log 1");
      program.await("did: log 1");
      program.say("return");

      assertThat(program.end()).isZero();
      assertThat(program.await("Audit appender 'audit' takes no events"))
          .contains("there is no policy 'orderly'; there is mainline, ordered, rfc, v5.16");
    }
  }
}
