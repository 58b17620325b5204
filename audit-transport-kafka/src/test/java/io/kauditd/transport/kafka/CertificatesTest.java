// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.spi.OpenResult;
import io.kauditd.spi.SendError;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is said of a certificate that does not fit. The client ends the handshake before a word of
 * Kafka is spoken, so it takes no broker.
 */
class CertificatesTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path dir;

  private void openssl(String arguments) throws Exception {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ", -1)));
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort("openssl is not installed");
      throw e;
    }
    String says = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(says).isZero();
  }

  private SSLServerSocket server() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (var in = new FileInputStream(dir.resolve("key.p12").toFile())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return (SSLServerSocket)
        context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  private static void shakeHands(SSLServerSocket socket) {
    try {
      while (true) {
        try (Socket client = socket.accept()) {
          ((SSLSocket) client).startHandshake();
        } catch (SSLException e) {
          // the client does not like the certificate
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          127.0.0.1 | -1 | the certificate there has expired (NotAfter:
          192.0.2.7 | 2  | the certificate there is for another host (No subject alternative
          """)
  void theCertificateIsWrong(String address, String days, String words) throws Exception {
    String key = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";
    openssl("req -x509" + key + "-days 2 -subj /CN=ca -keyout ca.key -out ca.pem");
    openssl(
        "req"
            + key
            + "-subj /CN=broker -addext subjectAltName=IP:"
            + address
            + " -keyout broker.key -out broker.csr");
    openssl(
        "x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days "
            + days
            + " -copy_extensions copy -out broker.pem");
    openssl(
        "pkcs12 -export -in broker.pem -inkey broker.key -out key.p12 -passout pass:" + PASSWORD);
    try (SSLServerSocket socket = server()) {
      Thread.ofPlatform().daemon().start(() -> shakeHands(socket));
      String place = "127.0.0.1:" + socket.getLocalPort();
      try (var transport =
          KafkaTransport.builder(place, "audit")
              .clientSettings(
                  Map.of(
                      "security.protocol",
                      "SSL",
                      "ssl.truststore.location",
                      dir.resolve("ca.pem").toString(),
                      "ssl.truststore.type",
                      "PEM"))
              .build()) {
        OpenResult result = new Driver(transport).open();

        assertThat(result.outcome()).isEqualTo(OpenResult.Outcome.FAILED);
        assertThat(result.reason())
            .startsWith(place + ": TLS: " + words)
            .doesNotContain("\n", "Exception");
      }
    }
  }

  @Test
  void whatElseIsSaidOfACertificate() {
    var at = new KafkaFailure.Place("audit", "kafka1:9093", "web1");
    var early =
        new SslAuthenticationException(
            "SSL handshake failed", new CertificateNotYetValidException("NotBefore: tomorrow"));

    assertThat(KafkaFailure.of(early, at))
        .isEqualTo(
            new KafkaFailure(
                SendError.EPERM,
                "kafka1:9093: TLS: the certificate there is not valid yet (NotBefore: tomorrow)"));
  }
}
