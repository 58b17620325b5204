// SPDX-License-Identifier: Apache-2.0
package io.kauditd.jul;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs with the JDK's logging, whose sink is down and comes up. */
class JulProgramTest {
  @TempDir Path scratch;
  private Path logs;
  private Path log;

  @BeforeEach
  void nameTheLog() {
    logs = scratch.resolve("logs"); // missing at first: the sink is down
    log = logs.resolve("audit.log");
  }

  private Program start(String facade, String more) throws IOException {
    Path configuration = scratch.resolve("logging.properties");
    String properties =
        """
        handlers = io.kauditd.jul.AuditHandler
        io.kauditd.jul.AuditHandler.transport = file:%s
        io.kauditd.jul.AuditHandler.policy = ordered
        io.kauditd.jul.AuditHandler.backlogLimit = 2000
        io.kauditd.jul.AuditHandler.transport.max-size = 100MiB
        %s
        """
            .formatted(log, more);
    Files.writeString(configuration, properties);
    return Program.start(
        LoggingProgram.class, List.of("-Djava.util.logging.config.file=" + configuration), facade);
  }

  private static String[] messages(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "message " + i).toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jul", "system", "slf4j"})
  void whatWasLoggedWhileTheSinkWasDownArrives(String facade) throws Exception {
    try (Program program = start(facade, "")) {
      program.say("log 500");
      program.await("did: log 500");
      assertThat(log).doesNotExist();
      Files.createDirectory(logs);
      program.say("log 100");
      program.await("did: log 100");
      program.say("return");

      assertThat(program.end()).isZero();
      assertThat(AuditLogLines.values(log, "info")).containsExactly(messages(600));
      assertThat(AuditLogLines.of(log)).allMatch(line -> line.startsWith("type=USER_CMD "));
      assertThat(program.lines()).noneMatch(line -> line.contains("closed:")); // nothing is missing
    }
  }

  @Test
  void underLoadTheLedgerSaysWhatArrivedAndWhatDidNot() throws Exception {
    try (Program program = start("jul", "")) {
      program.say("storm 10000");
      program.await("did: storm 10000");
      Files.createDirectory(logs);
      program.say("storm 10001");
      program.await("did: storm 10001");
      program.say("exit");

      assertThat(program.end()).isZero();
      String ledger = program.await("AuditHandler closed: ");
      List<String> arrived = AuditLogLines.values(log, "info");
      assertThat(AuditLogLines.count(ledger, "logged")).isEqualTo(20_001);
      assertThat(AuditLogLines.count(ledger, "delivered")).isEqualTo(arrived.size());
      assertThat(AuditLogLines.count(ledger, "waiting")).isZero();
      assertThat(AuditLogLines.count(ledger, "dropped")).isEqualTo(20_001 - arrived.size());
      assertThat(arrived).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(2000);
      assertThat(Set.of(messages(20_001))).containsAll(arrived);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transprot = x", "transport.max-syze = 1", "settings = max-syze=1"})
  void aBadConfigurationSaysWhatIsWrongAndTheProgramRunsOn(String wrong) throws Exception {
    try (Program program = start("jul", "io.kauditd.jul.AuditHandler." + wrong)) {
      program.say("log 1");
      program.await("did: log 1");
      program.say("return");

      assertThat(program.end()).isZero();
      assertThat(program.await("io.kauditd.jul.AuditHandler takes no records"))
          .contains("is not known; there is transport, policy, queue");
    }
  }
}
