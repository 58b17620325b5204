// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kauditd.cli.RunArguments;
import io.kauditd.cli.ToolProcess;
import io.kauditd.fixtures.Await;
import io.kauditd.fixtures.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where {@code audit status} and {@code audit top} look if nobody names a directory. */
@Timeout(180)
class UsualPlacesTest {
  private static final String OWN_RUN =
      "mount -t tmpfs none /run && mkdir -m 755 /run/kauditd && exec \"$@\"";

  @TempDir Path directory;

  private ControlDirectory prepared(String name, String permissions) throws IOException {
    var control = new ControlDirectory(directory.resolve(name));
    control.prepare();
    Files.setPosixFilePermissions(control.path(), PosixFilePermissions.fromString(permissions));
    return control;
  }

  private static List<Path> paths(Path usual, Path ofServices) {
    return ControlDirectory.usualPlaces(usual, ofServices).stream()
        .map(ControlDirectory::path)
        .toList();
  }

  @Test
  void servicesAreLookedForWhereTheirDirectoryIs() throws IOException {
    Path own = directory.resolve("own");
    Path services = directory.resolve("services");

    assertThat(paths(own, services)).containsExactly(own);
    prepared("services", "rwxr-xr-x");
    assertThat(paths(own, services)).containsExactly(own, services);
    assertThat(paths(services, services)).containsExactly(services);
  }

  @Test
  void aRunIsFoundInEachPlace() throws IOException {
    ControlDirectory own = prepared("own", "rwx------");
    ControlDirectory services = prepared("services", "rwxr-xr-x");
    long pid = ProcessHandle.current().pid();
    for (ControlDirectory one : List.of(own, services)) {
      try (var server = StatusServer.open(one, () -> "{}")) {
        var client = new StatusClient(ControlDirectory.usualPlaces(own.path(), services.path()));
        assertThat(client.ask(pid)).contains(new StatusClient.Answer(pid, "{}"));
        assertThat(client.askAll().answers()).containsExactly(new StatusClient.Answer(pid, "{}"));
        assertThat(server).isNotNull();
      }
    }
  }

  /** The real place, in a namespace that has a /run of its own. */
  @Test
  void statusAndTopShowAService() throws Exception {
    assumeTrue(canHaveOwnRun(), "skipped: this user may not mount anything");
    Path status = Files.createDirectory(directory.resolve("status"));
    try (var service =
        ToolProcess.startBy(
            List.of("unshare", "-m", "sh", "-c", OWN_RUN, "sh"),
            directory,
            RunArguments.of(Path.of("/run/kauditd"), "stdin", "null"))) {
      Path socket =
          Path.of("/proc/" + service.pid() + "/root/run/kauditd/" + service.pid() + ".sock");
      Await.until("it can be asked", () -> Files.exists(socket) || !service.isAlive());
      List<String> inside = List.of("nsenter", "-t", String.valueOf(service.pid()), "-m");
      String pid = String.valueOf(service.pid());
      for (String[] command :
          List.of(
              new String[] {"status", "--json"},
              new String[] {"top", "--once", "--interval=100ms", "--pid", pid})) {
        try (var asking = ToolProcess.startBy(inside, status, command)) {
          CommandResult shown = asking.result();

          assertThat(shown.code()).as(shown.err()).isZero();
          assertThat(shown.out()).contains(pid);
        }
      }
      service.in().close();
      assertThat(service.result().code()).isZero();
    }
  }

  private static boolean canHaveOwnRun() throws Exception {
    try {
      return new ProcessBuilder("unshare", "-m", "sh", "-c", OWN_RUN, "sh", "true")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no unshare
    }
  }
}
