// SPDX-License-Identifier: Apache-2.0
package io.kauditd.logback;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.AuditLogLines;
import io.kauditd.fixtures.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs with real Logback, whose sink is down and comes up. */
class LogbackProgramTest {
  @TempDir Path scratch;
  private Path logs;
  private Path log;

  @BeforeEach
  void nameTheLog() {
    logs = scratch.resolve("logs"); // missing at first: the sink is down
    log = logs.resolve("audit.log");
  }

  private Program start(String elements, String shutdownHook) throws IOException {
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
            .formatted(shutdownHook, log, elements));
    return Program.start(
        LoggingProgram.class, List.of("-Dlogback.configurationFile=" + configuration));
  }

  private static String[] messages(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "message " + i).toArray(String[]::new);
  }

  @Test
  void whatWasLoggedWhileTheSinkWasDownArrivesAndTheLedgerSaysSo() throws Exception {
    try (Program program = start("<policy>ordered</policy>", "<shutdownHook/>")) {
      program.say("log 500");
      program.await("did: log 500");
      assertThat(log).doesNotExist();
      Files.createDirectory(logs);
      program.say("log 100");
      program.await("did: log 100");
      program.say("return");

      assertThat(program.end()).isZero();
      String ledger = program.await("closed: ");
      assertThat(ledger).contains("600 logged, 600 delivered, 0 waiting, 0 dropped");
      assertThat(AuditLogLines.values(log, "info")).containsExactly(messages(600));
    }
  }

  @Test
  void underLoadTheLedgerSaysWhatArrivedAndWhatDidNot() throws Exception {
    try (Program program = start("<backlogLimit>2000</backlogLimit>", "<shutdownHook/>")) {
      program.say("storm 10000");
      program.await("did: storm 10000");
      Files.createDirectory(logs);
      program.say("storm 10001");
      program.await("did: storm 10001");
      program.say("exit");

      assertThat(program.end()).isZero();
      String ledger = program.await("closed: ");
      List<String> arrived = AuditLogLines.values(log, "info");
      assertThat(AuditLogLines.count(ledger, "logged")).isEqualTo(20_001);
      assertThat(AuditLogLines.count(ledger, "delivered")).isEqualTo(arrived.size());
      assertThat(AuditLogLines.count(ledger, "waiting")).isZero();
      assertThat(AuditLogLines.count(ledger, "dropped")).isEqualTo(20_001 - arrived.size());
      assertThat(arrived).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2000);
      assertThat(Set.of(messages(20_001))).containsAll(arrived);
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
