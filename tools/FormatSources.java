// SPDX-License-Identifier: Apache-2.0

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks or applies google-java-format over the whole tree, in one process.
 *
 * <p>A program of its own because Spotless formats inside Maven's JVM, and on 17 the formatter
 * cannot read record patterns. The build runs this on the JDK that compiles. After a check that
 * passed, only files changed since then are read again.
 *
 * <p>Arguments: {@code check} or {@code apply}; the formatter's version; the root of the tree; a
 * folder for the time of the last check that passed and for {@code complaints.txt}, which the build
 * shows and fails with.
 */
public final class FormatSources {
  private static final Set<String> SKIPPED = Set.of("target", ".git", ".idea", "node_modules");

  private final boolean apply;
  private final Path root;
  private final Formatter formatter = new Formatter();

  private FormatSources(boolean apply, Path root) {
    this.apply = apply;
    this.root = root;
  }

  /**
   * Writes what it finds into the folder, and leaves the failing to the build, which does so
   * without a stack trace.
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 4 || !Set.of("check", "apply").contains(args[0])) {
      throw new IllegalArgumentException("usage: FormatSources check|apply VERSION ROOT FOLDER");
    }
    Path folder = Files.createDirectories(Path.of(args[3]));
    Files.writeString(folder.resolve("complaints.txt"), "");
    new FormatSources(args[0].equals("apply"), Path.of(args[2])).run(args[1], folder);
  }

  private void run(String version, Path folder) throws IOException {
    Path stamp = folder.resolve("stamp");
    FileTime start = FileTime.fromMillis(System.currentTimeMillis());
    FileTime since = apply ? FileTime.fromMillis(0) : lastPass(stamp, version);
    List<String> complaints;
    try (Stream<Path> files = sourcesNewerThan(since).parallelStream()) {
      complaints = files.map(this::format).filter(said -> !said.isEmpty()).sorted().toList();
    }
    if (complaints.isEmpty()) {
      Files.writeString(stamp, version);
      Files.setLastModifiedTime(stamp, start);
    } else {
      String text = "Not formatted:\n  " + String.join("\n  ", complaints);
      Files.writeString(folder.resolve("complaints.txt"), text + "\nRun: ./dev format");
    }
  }

  private static FileTime lastPass(Path stamp, String version) throws IOException {
    boolean valid = Files.exists(stamp) && Files.readString(stamp).equals(version);
    return valid ? Files.getLastModifiedTime(stamp) : FileTime.fromMillis(0);
  }

  private List<Path> sourcesNewerThan(FileTime since) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            boolean skip = SKIPPED.contains(dir.getFileName().toString());
            return skip && !dir.equals(root)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")
                && attributes.lastModifiedTime().compareTo(since) >= 0) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  /** Returns what there is to say about the file: nothing if it is formatted as it should be. */
  private String format(Path file) {
    try {
      String text = Files.readString(file);
      String formatted = formatter.formatSourceAndFixImports(text);
      if (formatted.equals(text)) {
        return "";
      }
      if (apply) {
        Files.writeString(file, formatted);
        System.out.println("formatted " + root.relativize(file));
        return "";
      }
      return root.relativize(file).toString();
    } catch (FormatterException unparseable) {
      return root.relativize(file) + " (cannot be parsed: " + unparseable.getMessage() + ")";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
