// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kauditd.api.AuditLog;
import io.kauditd.api.ManagedAuditLog;
import io.kauditd.core.EngineConfig;
import io.kauditd.core.Kauditd;
import io.kauditd.core.MemoryTransport;
import io.kauditd.fixtures.AuditLogLines;
import io.kauditd.fixtures.Await;
import io.kauditd.metrics.AuditMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.audit.AuditEvent;
import org.springframework.boot.actuate.audit.AuditEventRepository;
import org.springframework.boot.actuate.audit.InMemoryAuditEventRepository;
import org.springframework.boot.actuate.audit.listener.AuditApplicationEvent;
import org.springframework.boot.actuate.autoconfigure.audit.AuditAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

@ExtendWith(OutputCaptureExtension.class)
class KauditdAutoConfigurationTest {
  @TempDir Path scratch;
  private Path log;
  private ApplicationContextRunner runner;

  @BeforeEach
  void configureAFile() {
    log = scratch.resolve("audit.log");
    runner =
        new ApplicationContextRunner()
            .withConfiguration(
                AutoConfigurations.of(KauditdAutoConfiguration.class, AuditAutoConfiguration.class))
            .withPropertyValues("kauditd.transport=file:" + log);
  }

  private List<String> lines(int count) throws Exception {
    return Await.until(() -> AuditLogLines.of(log), lines -> lines.size() >= count);
  }

  private static void publish(ApplicationContext context, AuditEvent event) {
    context.publishEvent(new AuditApplicationEvent(event));
  }

  @Test
  void whoLogsGetsALogThatItCanNeitherConfigureNorClose() {
    runner.run(context -> {
      assertThat(context.getBean(AuditLog.class))
          .isNotInstanceOfAny(ManagedAuditLog.class, AutoCloseable.class);
      context.getBean(AuditLog.class).log(1123, "op=test");
      assertThat(lines(1)).hasSize(1);
      assertThat(context.getBean(ManagedAuditLog.class).status().ledger().logged()).isEqualTo(1);
    });
  }

  @Test
  void eventsBecomeRecordsOfTheirKind() throws Exception {
    runner
        .withPropertyValues(
            "kauditd.events.types.ORDER_CANCELLED=USER_CMD", "kauditd.events.default-type=1111")
        .run(context -> {
          publish(context, new AuditEvent("alice", "ORDER_CANCELLED", "order=12 x"));
          publish(context, new AuditEvent("alice", "AUTHORIZATION_FAILURE"));
          publish(context, new AuditEvent("alice", "LOGOUT_SUCCESS"));
          publish(context, new AuditEvent("alice", "AUTHENTICATION_SWITCH", "target=bob"));
          publish(context, new AuditEvent("alice", "EXPORT_FAILURE", Map.of("uid", 7)));
        });
    List<String> lines = lines(5);
    assertThat(lines.get(0)).contains("type=USER_CMD ", "op=ORDER_CANCELLED ");
    assertThat(AuditLogLines.value(lines.get(0), "order")).isEqualTo("12 x");
    assertThat(AuditLogLines.value(lines.get(0), "res")).isEqualTo("(none)");
    assertThat(lines.get(1)).contains("type=USER_ACCT ", "op=access ", " res=failed'");
    assertThat(lines.get(2)).contains("type=USER_LOGOUT ", "op=logout ", " res=success'");
    assertThat(lines.get(3)).contains("type=USER_ROLE_CHANGE ", "target=\"bob\"");
    assertThat(lines.get(4)).contains("type=USYS_CONFIG ", "uid_=\"7\"", " res=failed'");
  }

  @Test
  void aSessionsIdIsInNoRecord() throws Exception {
    var request = new MockHttpServletRequest();
    request.setRemoteAddr("192.0.2.7");
    request.setSession(new MockHttpSession(null, "SECRET-SESSION"));
    runner.run(context ->
        publish(
            context,
            new AuditEvent(
                "alice",
                "AUTHENTICATION_SUCCESS",
                Map.of("details", new WebAuthenticationDetails(request)))));
    assertThat(lines(1).getFirst()).contains(" addr=192.0.2.7 ").doesNotContain("SECRET");
  }

  @Test
  void detailsThatAreNoneOfSpringsAreNotWritten() throws Exception {
    runner
        .withClassLoader(new FilteredClassLoader("org.springframework.security.web"))
        .run(context ->
            publish(
                context, new AuditEvent("alice", "LOGOUT_SUCCESS", Map.of("details", "SECRET"))));
    assertThat(lines(1).getFirst()).doesNotContain("SECRET", "details");
  }

  @Test
  void recentEventsAreReadBack() {
    runner
        .withPropertyValues("kauditd.events.recent=2")
        .run(context -> {
          publish(context, new AuditEvent("alice", "A"));
          publish(context, new AuditEvent("bob", "A"));
          publish(context, new AuditEvent("alice", "B"));
          var repository = context.getBean(AuditEventRepository.class);
          assertThat(repository.find(null, null, null))
              .extracting(AuditEvent::getType)
              .containsExactly("A", "B");
          assertThat(repository.find("alice", null, null)).hasSize(1);
        });
  }

  @Test
  void healthIsDownWhileNothingIsDeliveredAndUpAgain() {
    Path later = scratch.resolve("later");
    runner
        .withPropertyValues("kauditd.transport=file:" + later.resolve("audit.log"))
        .run(context -> {
          var indicator = context.getBean(HealthIndicator.class);
          publish(context, new AuditEvent("alice", "A"));
          Health down =
              Await.until(() -> indicator.health(), health -> health.getDetails().size() == 6);
          assertThat(down.getStatus()).isEqualTo(Status.DOWN);
          assertThat(down.getDetails().get("lastError").toString()).contains("create it");
          Files.createDirectory(later);
          Health up =
              Await.until(
                  () -> indicator.health(),
                  health -> Long.valueOf(1).equals(health.getDetails().get("delivered")));
          assertThat(up.getStatus()).isEqualTo(Status.UP);
          assertThat(up.getDetails()).containsEntry("waiting", 0L).containsEntry("lost", 0L);
        });
  }

  @Test
  void metersHaveTheNamesThatTheToolHas() {
    runner.run(context -> {
      var meters = new SimpleMeterRegistry();
      context.getBean(AuditMetrics.class).bindTo(meters);
      context.getBean(AuditLog.class).log(1123, "op=test");
      Await.until(
          () -> meters.get("kauditd.logged").functionCounter().count(), count -> count == 1);
    });
  }

  @Test
  void anApplicationKeepsItsOwnLog() {
    try (Kauditd own = Kauditd.builder().transport("memory", new MemoryTransport(10)).start()) {
      runner
          .withBean("own", ManagedAuditLog.class, () -> own, definition -> {})
          .run(context -> {
            assertThat(context).doesNotHaveBean(ApplicationEngine.class);
            publish(context, new AuditEvent("alice", "A"));
            assertThat(own.status().ledger().logged()).isEqualTo(1);
          });
    }
  }

  @Test
  void anApplicationKeepsItsOwnRepository() {
    AuditEventRepository own = new InMemoryAuditEventRepository();
    runner
        .withBean(AuditEventRepository.class, () -> own)
        .run(context -> assertThat(context.getBean(AuditEventRepository.class)).isSameAs(own));
  }

  @Test
  void switchedOffThereIsNothing() {
    runner
        .withPropertyValues("kauditd.enabled=false")
        .run(context ->
            assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(AuditLog.class)
                .doesNotHaveBean(AuditEventRepository.class));
  }

  @Test
  void withoutATransportTheStartFailsWithASentence() {
    failure("kauditd.transport=", "'transport' is missing");
  }

  @Test
  void whatIsWrongIsNamed() {
    failure("kauditd.policy=best", "best");
    failure("kauditd.options.max-sise=8MiB", "max-sise");
    failure("kauditd.events.types.A=SYSCALL", "kauditd.events.types.A is 'SYSCALL'");
    failure("kauditd.events.recent=0", "kauditd.events.recent is 0");
  }

  private void failure(String property, String words) {
    runner
        .withPropertyValues(property)
        .run(context ->
            assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(words));
  }

  @Test
  void aWrongConfigurationIsShownAsASentenceAndNotAsAStackTrace(CapturedOutput output) {
    var application = new SpringApplication(KauditdAutoConfiguration.class);
    application.setWebApplicationType(WebApplicationType.NONE);
    assertThatThrownBy(() -> application.run("--kauditd.transport=fiel:/tmp/a"))
        .rootCause()
        .hasMessageStartingWith("there is no transport 'fiel'");
    assertThat(output)
        .contains(
            "The audit log cannot be started: there is no transport 'fiel'; there is file",
            "kauditd.enabled=false")
        .doesNotContain("\tat ");
  }

  @Test
  void everyKeyOfAnEngineIsAPropertyThatIdesKnow() throws Exception {
    try (var metadata =
        KauditdAutoConfiguration.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      String text = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
      for (String key : EngineConfig.keys()) {
        assertThat(text).contains("\"name\": \"kauditd." + key + "\"");
      }
      assertThat(text).doesNotContain("\"description\": \"\"");
    }
  }

  @Test
  void propertiesReachTheEngine() {
    runner
        .withPropertyValues(
            "kauditd.policy=ordered",
            "kauditd.queue=memory",
            "kauditd.backlog-limit=100",
            "kauditd.backlog-wait-time=1500ms",
            "kauditd.rate-limit=7",
            "kauditd.failure-mode=silent",
            "kauditd.audit-default=true",
            "kauditd.close-deadline=3s",
            "kauditd.options.transport.max-size=8MiB")
        .run(context -> {
          var status = context.getBean(AuditLog.class).status();
          assertThat(status.policy()).isEqualTo("ordered");
          assertThat(status.settings().backlogLimit()).isEqualTo(100);
          assertThat(status.settings().backlogWaitTimeMs()).isEqualTo(1500);
          assertThat(status.settings().rateLimit()).isEqualTo(7);
        });
  }
}
