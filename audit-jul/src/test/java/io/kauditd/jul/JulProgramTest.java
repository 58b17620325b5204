// SPDX-License-Identifier: Apache-2.0
package io.kauditd.jul;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.fixtures.AuditLogLines;
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

/** Real programs with the JDK's logging, whose sink is down and comes up. */
class JulProgramTest {
  @TempDir Path scratch;
  private SinkOutage outage;

  @BeforeEach
  void takeTheSinkDown() {
    outage = new SinkOutage(scratch);
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
            .formatted(outage.log(), more);
    Files.writeString(configuration, properties);
    return Program.start(
        LoggingProgram.class, List.of("-Djava.util.logging.config.file=" + configuration), facade);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jul", "system", "slf4j"})
  void whatWasLoggedWhileTheSinkWasDownArrives(String facade) throws Exception {
    try (Program program = start(facade, "")) {
      outage.log600(program);
      program.say("return");

      assertThat(program.end()).isZero();
      outage.assertThat600Arrived();
      assertThat(AuditLogLines.of(outage.log()))
          .allMatch(line -> line.startsWith("type=USER_CMD "));
      assertThat(program.lines()).noneMatch(line -> line.contains("closed:")); // nothing is missing
    }
  }

  @Test
  void underLoadTheLedgerSaysWhatArrivedAndWhatDidNot() throws Exception {
    try (Program program = start("jul", "")) {
      outage.storm(program);
      program.say("exit");

      assertThat(program.end()).isZero();
      outage.assertThatStormIsAccountedFor(program.await("AuditHandler closed: "));
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
