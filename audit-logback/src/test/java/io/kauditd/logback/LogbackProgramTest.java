// SPDX-License-Identifier: Apache-2.0
package io.kauditd.logback;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.LoggingProgram;
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

/** Real programs with real Logback, whose sink is down and comes up. */
class LogbackProgramTest {
  @TempDir Path scratch;
  private SinkOutage outage;

  @BeforeEach
  void takeTheSinkDown() {
    outage = new SinkOutage(scratch);
  }

  private Program start(String elements, String shutdownHook) throws IOException {
    return start(elements, shutdownHook, "slf4j");
  }

  private Program start(String elements, String shutdownHook, String facade) throws IOException {
    Path configuration = scratch.resolve("logback.xml");
    Files.writeString(
        configuration,
        """
        <configuration>
          <statusListener class="ch.qos.logback.core.status.OnConsoleStatusListener"/>
          %s
          <appender name="AUDIT" class="io.kauditd.logback.AuditAppender">
            <transport>file:%s</transport>
            %s
          </appender>
          <root level="INFO"><appender-ref ref="AUDIT"/></root>
        </configuration>
        """
            .formatted(shutdownHook, outage.log(), elements));
    return Program.start(
        LoggingProgram.class, List.of("-Dlogback.configurationFile=" + configuration), facade);
  }

  @Test
  void whatWasLoggedWhileTheSinkWasDownArrivesAndTheLedgerSaysSo() throws Exception {
    try (Program program = start("<policy>ordered</policy>", "<shutdownHook/>")) {
      outage.log600(program);
      program.say("return");

      assertThat(program.end()).isZero();
      String ledger = program.await("closed: ");
      assertThat(ledger).contains("600 logged, 600 delivered, 0 waiting, 0 dropped");
      outage.assertThat600Arrived();
    }
  }

  @Test
  void underLoadTheLedgerSaysWhatArrivedAndWhatDidNot() throws Exception {
    try (Program program = start("<backlogLimit>2000</backlogLimit>", "<shutdownHook/>")) {
      outage.storm(program);
      program.say("exit");

      assertThat(program.end()).isZero();
      outage.assertThatStormIsAccountedFor(program.await("closed: "));
    }
  }

  /** Whoever closes first: Logback in its hook, or the engine in its own. */
  @ParameterizedTest
  @ValueSource(strings = {"<shutdownHook/>", ""})
  void whatIsLoggedWhileTheProgramEndsArrives(String shutdownHook) throws Exception {
    outage.end();
    try (Program program = start("", shutdownHook)) {
      outage.assertThatLastWordsArrive(program);
    }
  }

  /** Its application knows SLF4J, or System.Logger, and not that Logback is behind it. */
  @ParameterizedTest
  @ValueSource(strings = {"marker", "system"})
  void anApplicationOfAFacadeMarksItsEvents(String facade) throws Exception {
    outage.end();
    try (Program program = start("<markedOnly>true</markedOnly>", "<shutdownHook/>", facade)) {
      outage.assertThatOneMarkedMessageArrives(program, "USER_CMD");
    }
  }

  @Test
  void aBadConfigurationSaysWhatIsWrongAndTheProgramRunsOn() throws Exception {
    try (Program program = start("<queue>spoool:/tmp</queue>", "")) {
      program.say("log 1");
      program.await("did: log 1");
      program.say("return");

      assertThat(program.end()).isZero();
      assertThat(program.await("ERROR in io.kauditd.logback.AuditAppender[AUDIT]"))
          .contains("there is no queue 'spoool'; there is memory, spool");
    }
  }
}
