// SPDX-License-Identifier: Apache-2.0
package io.kauditd.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Installations of the launcher with a stand-in for the JDK, which says what it was started with.
 */
final class LauncherBench {
  private static final Path LAUNCHER = Path.of("src/dist/bin/audit").toAbsolutePath();
  private static final String NOBODY = "65534";

  /** Says where it lies and its arguments, one a line. Makes the cache that it is asked for. */
  private static final String JAVA =
      """
      #!/bin/bash
      home=${0%/bin/java}
      for arg; do
        case $arg in
          -XX:AOTCacheOutput=*) echo made >>"${home%/*}/caches made"; echo cache >"${arg#*=}"; exit ;;
        esac
      done
      printf 'jdk %s\\n' "$home"
      printf 'locale %s\\n' "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}"
      printf '%s\\n' ${JAVA_TOOL_OPTIONS:-} "$@"
      """;

  record Outcome(int exit, String out, String err) {
    /** The argument behind this one. */
    String after(String argument) {
      List<String> lines = out.lines().toList();
      return lines.get(lines.indexOf(argument) + 1);
    }

    String locale() {
      return out.lines()
          .filter(line -> line.startsWith("locale "))
          .findFirst()
          .orElseThrow()
          .substring(7);
    }
  }

  private final Path temp;
  private final Path jdk;
  private final Path made;

  LauncherBench(Path directory) throws IOException {
    temp = directory.toRealPath();
    readableByAll(temp);
    made = Files.createFile(temp.resolve("caches made"));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-rw-rw-"));
    jdk = jdk("jdk", "25.0.1");
  }

  Path jdk() {
    return jdk;
  }

  /** A JDK as far as the launcher looks. */
  Path jdk(String name, String version) throws IOException {
    Path home = temp.resolve(name);
    program(home.resolve("bin/java"), JAVA);
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Stand-in\"\nJAVA_VERSION=\""
            + version
            + "\"\nJAVA_RUNTIME_VERSION=\""
            + version
            + "+1\"\n");
    return home;
  }

  /** An installation at this place. */
  Path install(String name) throws IOException {
    Path home = temp.resolve("places").resolve(name);
    program(home.resolve("bin/audit"), Files.readString(LAUNCHER));
    Files.createDirectories(home.resolve("lib"));
    Files.writeString(home.resolve("lib/build-id"), "a build\n");
    readableByAll(temp);
    return home;
  }

  /** An installation that whoever runs {@link #runUnprivileged} may not write to. */
  Path installReadOnly(String name) throws IOException {
    Path home = install(name);
    Files.setPosixFilePermissions(
        home.resolve("lib"), PosixFilePermissions.fromString("r-xr-xr-x"));
    return home;
  }

  Path ownDirectory(String name) throws IOException {
    return Files.createDirectories(temp.resolve(name));
  }

  /** A directory that belongs to whoever runs {@link #runUnprivileged}. */
  Path ownDirectoryOfUnprivileged(String name) throws Exception {
    Path directory = ownDirectory(name);
    if (isRoot()) {
      Outcome chown = start(List.of("chown", NOBODY, directory.toString()), temp, Map.of());
      assertThat(chown.exit).as(chown.err).isZero();
    }
    return directory;
  }

  static void program(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void readableByAll(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (Files.isWritable(directory)) {
              Files.setPosixFilePermissions(
                  directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  int cachesMade() throws IOException {
    return Files.readAllLines(made).size();
  }

  List<String> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  Outcome run(Map<String, String> environment, Path program, String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(args));
    return start(command, temp, environment);
  }

  Outcome shell(Path directory, Map<String, String> environment, String script) throws Exception {
    return start(List.of("/bin/bash", "-c", script), directory, environment);
  }

  /** Runs it as a user without rights: this one, or nobody if this one is root. */
  Outcome runUnprivileged(Map<String, String> environment, String... command) throws Exception {
    List<String> all = new ArrayList<>();
    if (isRoot()) {
      all.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
    }
    all.addAll(List.of(command));
    return start(all, Path.of("/"), environment);
  }

  private Outcome start(List<String> command, Path directory, Map<String, String> environment)
      throws Exception {
    Path out = Files.createTempFile(temp, "out", ".txt");
    Path err = Files.createTempFile(temp, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH",
                "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                "HOME",
                temp.toString(),
                "LANG",
                "C.UTF-8",
                "HOME_OF_AUDIT",
                directory.toString(),
                "JAVA25_HOME",
                jdk.toString()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s ended", command).isTrue();
      return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      process.destroyForcibly();
    }
  }
}
