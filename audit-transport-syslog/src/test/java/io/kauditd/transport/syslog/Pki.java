// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.fixtures.Installed;
import io.kauditd.wire.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Certificates of a CA of the tests' own, made once by openssl; without it the test is skipped. */
final class Pki {
  private static @Nullable Pki shared;

  private final Path directory;

  private Pki(Path directory) throws Exception {
    this.directory = directory;
    authority("ca");
    authority("other-ca");
    certificate("server", "DNS:localhost,IP:127.0.0.1", 2);
    certificate("elsewhere", "DNS:elsewhere.example", 2);
    certificate("expired", "DNS:localhost,IP:127.0.0.1", -1);
    certificate("client", "DNS:client.example", 2);
  }

  static synchronized Pki shared() throws Exception {
    Pki made = shared;
    if (made == null) {
      Assumptions.assumeTrue(Installed.has("openssl"), "openssl is not installed");
      Path directory = Files.createTempDirectory("kauditd-pki");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      made = new Pki(directory);
      shared = made;
    }
    return made;
  }

  private static void delete(Path directory) {
    try (var files = Files.list(directory)) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
      Files.delete(directory);
    } catch (IOException e) {
      // a leftover in the temporary folder
    }
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  /** Sockets of a server that shows the certificate for localhost. */
  ServerSocketFactory serverSockets() throws IOException {
    return new Tls(null, file("server.pem"), file("server.key"), false, null)
        .load()
        .context()
        .getServerSocketFactory();
  }

  private void authority(String name) throws Exception {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN="
            + name
            + " -keyout "
            + name
            + ".key -out "
            + name
            + ".pem");
  }

  private void certificate(String name, String names, int days) throws Exception {
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN="
            + name
            + " -addext subjectAltName="
            + names
            + " -keyout "
            + name
            + ".key -out "
            + name
            + ".csr");
    openssl(
        "x509 -req -in "
            + name
            + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days "
            + days
            + " -copy_extensions copy -out "
            + name
            + ".pem");
  }

  private void openssl(String arguments) throws Exception {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ", -1)));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + said);
    }
  }
}
