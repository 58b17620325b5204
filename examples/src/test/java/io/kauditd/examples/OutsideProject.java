// SPDX-License-Identifier: Apache-2.0
package io.kauditd.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A project that has nothing of this one but what it publishes. It runs Maven with a local
 * repository in which the artifacts of this build are installed, in directories outside of the
 * source tree.
 *
 * <p>That repository is never the user's own, because this build must not install anything there.
 * It consists of links to what the user's own repository has, so that nothing is fetched twice and
 * a build without a network works; only {@code io/kauditd} is a real directory.
 */
final class OutsideProject {
  /** The source tree. */
  static final Path ROOT = Path.of(System.getProperty("kauditd.root")).toAbsolutePath().normalize();

  static final String VERSION = System.getProperty("kauditd.version");

  private static final Set<String> UNPUBLISHED =
      Set.of(
          "audit-bench",
          "audit-cli",
          "audit-dist",
          "audit-lab",
          "audit-plugin-fixtures",
          "audit-test-fixtures");

  /** What helps a Maven that lives for seconds. */
  static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private static final Path WORK = Path.of(System.getProperty("kauditd.work"));
  private static final Path LAUNCHER = ROOT.resolve("audit-dist/target/dist/bin/audit");

  private final Path repository;

  private OutsideProject(Path repository) {
    this.repository = repository;
  }

  /** Installs what this build has packed. */
  static OutsideProject withInstalledArtifacts() throws IOException {
    var outside = new OutsideProject(emptyDirectory("repository"));
    outside.link(Path.of(System.getProperty("maven.repository")));
    outside.install("kauditd-parent", ROOT.resolve("pom.xml"));
    for (Path module : publishedModules()) {
      outside.install(module.getFileName().toString(), module.resolve("pom.xml"));
    }
    return outside;
  }

  /** The directories of the modules that others can depend on. */
  static List<Path> publishedModules() throws IOException {
    try (Stream<Path> entries = Files.list(ROOT)) {
      return entries
          .filter(Files::isDirectory)
          .filter(entry -> entry.getFileName().toString().startsWith("audit-"))
          .filter(entry -> !UNPUBLISHED.contains(entry.getFileName().toString()))
          .sorted()
          .toList();
    }
  }

  /** Links to all that is in the user's repository but what is ours. */
  private void link(Path own) throws IOException {
    Path io = Files.createDirectories(repository.resolve("io"));
    linkEntries(own, repository, "io");
    linkEntries(own.resolve("io"), io, "kauditd");
  }

  private static void linkEntries(Path from, Path to, String but) throws IOException {
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.equals(but) && Files.isDirectory(entry)) {
          Files.createSymbolicLink(to.resolve(name), entry.toAbsolutePath());
        }
      }
    }
  }

  private void install(String artifact, Path pom) throws IOException {
    Path place =
        Files.createDirectories(
            repository.resolve("io/kauditd").resolve(artifact).resolve(VERSION));
    String file = artifact + "-" + VERSION;
    Files.copy(pom, place.resolve(file + ".pom"));
    Path jar = pom.resolveSibling("target").resolve(file + ".jar");
    if (Files.exists(jar)) {
      Files.copy(jar, place.resolve(file + ".jar"));
    }
  }

  /** An empty directory of this name, outside of the source tree. */
  static Path emptyDirectory(String name) throws IOException {
    Path directory = WORK.resolve(name).toAbsolutePath();
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      delete(directory);
    }
    return Files.createDirectories(directory);
  }

  /** Deletes a tree; of a link the link alone. */
  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** A copy of an example, without what was built in its place. */
  static Path copyOf(String example) throws IOException {
    Path from = ROOT.resolve("examples").resolve(example);
    Path to = emptyDirectory(example);
    try (Stream<Path> files = Files.walk(from)) {
      files
          .filter(file -> !from.relativize(file).startsWith("target"))
          .filter(Files::isRegularFile)
          .forEach(file -> copy(file, to.resolve(from.relativize(file))));
    }
    return to;
  }

  private static void copy(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code mvn} in a directory. */
  Command.Outcome mvn(Path directory, List<String> arguments) throws Exception {
    var command = new ArrayList<>(maven());
    command.addAll(arguments);
    return Command.in(directory)
        .with("JAVA_HOME", System.getProperty("maven.java"))
        .with("MAVEN_OPTS", QUICK_START)
        .run(command);
  }

  private List<String> maven() {
    var command = new ArrayList<>(List.of(System.getProperty("maven.home") + "/bin/mvn"));
    command.addAll(List.of("-B", "-ntp", "-Dmaven.repo.local=" + repository));
    if (System.getProperty("maven.mode").endsWith("true")) {
      command.add("-o");
    }
    return command;
  }

  /**
   * A directory for the {@code PATH}, with {@code mvn} as this project runs it, and {@code audit}.
   */
  Path commands() throws IOException {
    Path directory = emptyDirectory("bin");
    String words = maven().stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    Path mvn =
        Files.writeString(directory.resolve("mvn"), "#!/bin/sh\nexec " + words + " \"$@\"\n");
    Files.setPosixFilePermissions(mvn, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(directory.resolve("audit"), LAUNCHER);
    return directory;
  }

  /** Runs the tool of the distribution in a directory. */
  static Command.Outcome audit(Path directory, List<String> arguments) throws Exception {
    var command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(arguments);
    return Command.in(directory).with("JAVA25_HOME", System.getProperty("java.home")).run(command);
  }
}
