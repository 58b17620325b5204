// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.auditd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.fixtures.Installed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A real audisp-remote that reads records from a pipe, as auditd would write them to it. It finds
 * its settings in a namespace of its own, where they stand in the place of the system's.
 */
final class AudispRemote implements AutoCloseable {
  private static final String SYSTEMS = "/etc/audit/audisp-remote.conf";

  private final Process process;
  private final OutputStream events;
  private final Path said;

  AudispRemote(Path directory, int port) throws Exception {
    Auditd.assumePrivileges();
    Assumptions.assumeTrue(Installed.has("audisp-remote"), "audisp-remote is not installed");
    Assumptions.assumeTrue(Files.exists(Path.of(SYSTEMS)), SYSTEMS + " is not there");
    Path settings = directory.resolve("audisp-remote.conf");
    said = directory.resolve("audisp-remote.said");
    Files.writeString(
        settings,
        """
        remote_server = 127.0.0.1
        port = %d
        transport = tcp
        mode = immediate
        queue_depth = 10240
        format = managed
        network_retry_time = 1
        max_tries_per_record = 3
        max_time_per_record = 5
        heartbeat_timeout = 1
        network_failure_action = ignore
        remote_ending_action = reconnect
        generic_error_action = ignore
        generic_warning_action = ignore
        queue_error_action = stop
        overflow_action = ignore
        startup_failure_action = ignore
        """
            .formatted(port));
    Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r-----"));
    process =
        Auditd.startApart(
            said,
            // auditd starts its plug-ins with SIGPIPE ignored
            "trap '' PIPE; mount --bind \"$1\" \"$2\" && exec /sbin/audisp-remote",
            settings.toString(),
            SYSTEMS);
    events = process.getOutputStream();
  }

  /** A record comes from its audit daemon. */
  void event(AuditRecord record) throws IOException {
    events.write((AuditLine.format(record) + "\n").getBytes(UTF_8));
    events.flush();
  }

  /** Nothing more comes: it sends what it has, and ends. */
  void endOfEvents() throws Exception {
    events.close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("audisp-remote does not end: " + Files.readString(said));
    }
  }

  @Override
  public void close() throws Exception {
    process.destroyForcibly().waitFor();
  }
}
