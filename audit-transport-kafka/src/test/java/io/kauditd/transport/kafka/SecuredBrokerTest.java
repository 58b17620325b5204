// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with TLS, passwords and rules: what is said of each that does not fit. */
class SecuredBrokerTest {
  private static final String PASSWORD = "changeit";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required ";

  @TempDir private static Path dir;
  private static @Nullable Broker started;
  private static String topic = "";

  @BeforeAll
  static void start() throws Exception {
    keytool(
        "-genkeypair -alias broker -keyalg EC -dname CN=localhost -ext san=ip:127.0.0.1", "key");
    keytool("-exportcert -alias broker -file " + dir.resolve("broker.crt"), "key");
    keytool("-importcert -noprompt -alias broker -file " + dir.resolve("broker.crt"), "trust");
    keytool("-genkeypair -alias other -keyalg EC -dname CN=other", "othertrust");
    keytool("-exportcert -alias other -file " + dir.resolve("other.crt"), "othertrust");
    keytool("-importcert -noprompt -alias other -file " + dir.resolve("other.crt"), "wrong");
    started =
        Broker.start(
            dir.resolve("broker"),
            Map.of(
                "listener.protocol", "SASL_SSL",
                "sasl.enabled.mechanisms", "PLAIN",
                "listener.name.clients.plain.sasl.jaas.config",
                    LOGIN + "user_alice=\"open\" user_bob=\"open\";",
                "ssl.keystore.location", store("key"),
                "ssl.keystore.type", "PKCS12",
                "ssl.keystore.password", PASSWORD,
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:ANONYMOUS"),
            List.of());
    topic = broker().newTopic();
    allow("alice", AclOperation.WRITE);
    allow("bob", AclOperation.DESCRIBE);
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  private static Broker broker() {
    return Objects.requireNonNull(started, "started");
  }

  private static String store(String name) {
    return dir.resolve(name + ".p12").toString();
  }

  private static void keytool(String arguments, String store) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ", -1)));
    command.addAll(
        List.of("-keystore", store(store), "-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String says = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(says).isZero();
  }

  private static AclBinding rule(String user, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  private static void allow(String user, AclOperation operation) throws Exception {
    broker().admin().createAcls(List.of(rule(user, operation))).all().get();
  }

  private static KafkaTransport transport(String user, String password, String trust) {
    return transport(topic, user, password, trust);
  }

  private static KafkaTransport transport(String to, String user, String password, String trust) {
    var settings = new HashMap<String, String>();
    settings.put("security.protocol", "SASL_SSL");
    settings.put("sasl.mechanism", "PLAIN");
    settings.put(
        "sasl.jaas.config", LOGIN + "username=\"" + user + "\" password=\"" + password + "\";");
    settings.put("ssl.truststore.location", store(trust));
    settings.put("ssl.truststore.type", "PKCS12");
    settings.put("ssl.truststore.password", PASSWORD);
    return KafkaTransport.builder(broker().bootstrap(), to)
        .clientSettings(settings)
        .sendTimeout(Duration.ofMillis(500))
        .build();
  }

  private static List<AuditRecord> records(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> AuditRecord.of(RecordType.USER_LOGIN, 0, i, "record " + i))
        .toList();
  }

  private static String refused(KafkaTransport made) throws Exception {
    try (made) {
      OpenResult result = new Driver(made).open();
      assertThat(result.outcome()).isEqualTo(OpenResult.Outcome.FAILED);
      String reason = String.valueOf(result.reason());
      assertThat(reason).startsWith(broker().bootstrap() + ": ").doesNotContain("\n", "Exception");
      return reason.substring((broker().bootstrap() + ": ").length());
    }
  }

  @Test
  void aWrongCertificate() throws Exception {
    assertThat(refused(transport("alice", "open", "wrong")))
        .isEqualTo(
            "TLS: the certificate there comes from a CA that is not known here; name it with"
                + " kafka.ssl.truststore.location");
  }

  @Test
  void aWrongPassword() throws Exception {
    assertThat(refused(transport("alice", "sesame", "trust")))
        .isEqualTo("log-in refused: Authentication failed: Invalid username or password");
  }

  @Test
  void aTopicThatMayNotBeWritten() throws Exception {
    assertThat(refused(transport("bob", "open", "trust")))
        .isEqualTo("not allowed to write to topic '" + topic + "'; ask for access to it");
  }

  @Test
  void aTopicThatMayNotEvenBeSeen() throws Exception {
    assertThat(refused(transport("secret-topic", "bob", "open", "trust")))
        .isEqualTo("not allowed to use topic 'secret-topic'; ask for access to it");
  }

  @Test
  void whoMayWriteDoesUntilTheRightIsTaken() throws Exception {
    try (var made = transport("alice", "open", "trust")) {
      var driver = new Driver(made);
      driver.connect();
      assertThat(driver.sendUntilAnswered(records(1, 3)).taken()).isEqualTo(3);
      broker()
          .admin()
          .deleteAcls(List.of(rule("alice", AclOperation.WRITE).toFilter()))
          .all()
          .get();
      try {
        SendResult result = driver.sendUntilAnswered(records(4, 4));
        assertThat(result.error()).as(result.toString()).isEqualTo(SendError.EPERM);
        assertThat(result.reason()).contains("not allowed to use topic '" + topic + "'");
      } finally {
        allow("alice", AclOperation.WRITE);
      }
      made.reset();
      driver.connect();
      assertThat(driver.sendUntilAnswered(records(4, 5)).taken()).isEqualTo(2);
      assertThat(broker().read(topic)).hasSize(5);
    }
  }
}
