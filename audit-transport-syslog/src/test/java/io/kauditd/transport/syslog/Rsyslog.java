// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.Installed;
import io.kauditd.fixtures.Ports;
import io.kauditd.fixtures.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * An rsyslogd of the test's own: its settings, its process, its port on the loopback address. It
 * writes each message to a file, as it came, and before it acknowledges it: it has no queue.
 */
final class Rsyslog extends ServerProcess {
  private static final List<Path> MODULES =
      List.of(Path.of("/usr/lib/x86_64-linux-gnu/rsyslog"), Path.of("/usr/lib/rsyslog"));
  private static final String COMMON =
      """
      global(workDirectory="@DIRECTORY@" maxMessageSize="64k" net.enableDNS="off"
             parser.escapeControlCharactersOnReceive="off" @GLOBAL@)
      template(name="raw" type="string" string="%rawmsg%\\n")
      module(load="builtin:omfile")
      @INPUT@
      main_queue(queue.type="Direct")
      action(type="omfile" file="@DIRECTORY@/out.log" template="raw" asyncWriting="off"
             flushOnTXEnd="on")
      """;

  private final Path directory;
  private final int port;

  private Rsyslog(Path directory, String input, String global) throws IOException {
    super("rsyslogd");
    this.directory = directory;
    this.port = Ports.free();
    Files.writeString(
        directory.resolve("rsyslog.conf"),
        COMMON
            .replace("@GLOBAL@", global)
            .replace("@INPUT@", input.replace("@PORT@", Integer.toString(port)))
            .replace("@DIRECTORY@", directory.toString()));
  }

  /** Over TCP. */
  static Rsyslog tcp(Path directory) throws Exception {
    needs("imtcp");
    return new Rsyslog(
        directory,
        """
        module(load="imtcp")
        input(type="imtcp" port="@PORT@" address="127.0.0.1")
        """,
        "");
  }

  /** Over TCP with TLS by OpenSSL; clients need a certificate of the CA. */
  static Rsyslog tls(Path directory, Pki pki, String certificate) throws Exception {
    needs("imtcp");
    needs("lmnsd_ossl");
    return new Rsyslog(
        directory,
        """
        module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1"
               streamDriver.authMode="x509/certvalid")
        input(type="imtcp" port="@PORT@" address="127.0.0.1")
        """,
        "defaultNetstreamDriver=\"ossl\" defaultNetstreamDriverCAFile=\"%s\""
                .formatted(pki.file("ca.pem"))
            + " defaultNetstreamDriverCertFile=\"%s\" defaultNetstreamDriverKeyFile=\"%s\""
                .formatted(pki.file(certificate + ".pem"), pki.file(certificate + ".key")));
  }

  static Rsyslog relp(Path directory) throws Exception {
    needs("imrelp");
    return new Rsyslog(
        directory,
        """
        module(load="imrelp")
        input(type="imrelp" port="@PORT@" address="127.0.0.1" maxDataSize="64k")
        """,
        "");
  }

  private static void needs(String module) {
    Assumptions.assumeTrue(Installed.has("rsyslogd"), "rsyslogd is not installed");
    Assumptions.assumeTrue(
        MODULES.stream().anyMatch(each -> Files.exists(each.resolve(module + ".so"))),
        "rsyslogd has no module " + module);
  }

  int port() {
    return port;
  }

  String place(String host) {
    return host + ":" + port;
  }

  @Override
  public void start() throws Exception {
    Files.deleteIfExists(directory.resolve("pid"));
    Process started =
        new ProcessBuilder(
                "/usr/sbin/rsyslogd",
                "-n",
                "-f",
                directory.resolve("rsyslog.conf").toString(),
                "-i",
                directory.resolve("pid").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("said").toFile()))
            .start();
    started(started);
    Await.until(
        "rsyslogd listens",
        () -> {
          if (!started.isAlive()) {
            throw new AssertionError(
                "rsyslogd ended: " + Files.readString(directory.resolve("said")));
          }
          return listens();
        });
  }

  private boolean listens() {
    try (var tried = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return tried.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The messages that it has written. */
  List<String> messages() throws IOException {
    Path file = directory.resolve("out.log");
    return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
  }
}
