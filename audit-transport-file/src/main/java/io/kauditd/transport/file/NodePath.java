// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditRecord;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A path with {@code %{node}} in the file name, for a file for each host that sends records. The
 * host's name comes from outside, so it can only select a file name in that directory.
 */
final class NodePath {
  static final String NODE = "%{node}";

  /** Beyond it no file system takes the name, with what rotation adds. */
  private static final int MAX_NAME = 200;

  /** Where a record belongs that names no node. */
  private static final String NO_NODE = "localhost";

  private static final String HEAD = "node=";

  private final Path directory;
  private final String before;
  private final String after;

  private NodePath(Path directory, String before, String after) {
    this.directory = directory;
    this.before = before;
    this.after = after;
  }

  /**
   * Parses a path.
   *
   * @return null if it has no node in it
   * @throws IllegalArgumentException if the node is not, once, in the name of the file
   */
  static @Nullable NodePath of(Path path) {
    if (!path.toString().contains(NODE)) {
      return null;
    }
    Path directory = path.toAbsolutePath().getParent();
    String name = String.valueOf(path.getFileName());
    int at = name.indexOf(NODE);
    if (directory == null || at < 0 || directory.toString().contains(NODE)) {
      throw new IllegalArgumentException(
          "'" + path + "' has " + NODE + " in a directory; it belongs into the name of the file");
    }
    String after = name.substring(at + NODE.length());
    if (after.contains(NODE)) {
      throw new IllegalArgumentException("'" + path + "' has " + NODE + " more than once");
    }
    return new NodePath(directory, name.substring(0, at), after);
  }

  /** Where the files are. */
  Path directory() {
    return directory;
  }

  /** Whether a file of the directory may be one of a node. */
  boolean isOfANode(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.startsWith(before)
        && name.endsWith(after)
        && name.length() > before.length() + after.length();
  }

  /** The node that a record names. */
  static String nodeOf(AuditRecord record) {
    String head = record.head();
    if (head == null || !head.startsWith(HEAD)) {
      return NO_NODE;
    }
    int end = head.indexOf(" type=");
    return head.substring(HEAD.length(), end < 0 ? head.length() : end);
  }

  /** The file of a node; null if the name is empty, or longer than a name can be. */
  @Nullable Path fileOf(String node) {
    String name = harmless(node);
    return name.isEmpty() || name.length() > MAX_NAME
        ? null
        : directory.resolve(before + name + after);
  }

  /** Letters, digits, and what host names have; any other byte as in a URL. */
  private static String harmless(String node) {
    var name = new StringBuilder();
    for (byte each : node.getBytes(UTF_8)) {
      char c = (char) (each & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '_'
              || (c == '.' && !name.isEmpty());
      if (plain) {
        name.append(c);
      } else {
        name.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return name.toString();
  }

  @Override
  public String toString() {
    return directory.resolve(before + NODE + after).toString();
  }
}
