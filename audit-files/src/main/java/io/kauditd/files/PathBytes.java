// SPDX-License-Identifier: Apache-2.0
package io.kauditd.files;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The bytes of a path as the system knows it. A path's text is a guess where a name is in another
 * encoding than the user's; its URI has every byte.
 */
final class PathBytes {
  private static final Path ROOT = Path.of("/");
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PathBytes() {}

  /** The bytes of a path, which is absolute or a single name. */
  static byte[] of(Path path) {
    String raw = ROOT.resolve(path).toUri().getRawPath();
    var bytes = new ByteArrayOutputStream(raw.length());
    int end = raw.length() > 1 && raw.endsWith("/") ? raw.length() - 1 : raw.length();
    for (int i = path.isAbsolute() ? 0 : 1; i < end; i++) {
      if (raw.charAt(i) == '%') {
        bytes.write(HexFormat.fromHexDigits(raw, i + 1, i + 3));
        i += 2;
      } else {
        bytes.write(raw.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  /** The path that has these bytes, absolute if they begin with a slash. */
  static Path toPath(byte[] bytes) {
    boolean absolute = bytes.length > 0 && bytes[0] == '/';
    var uri = new StringBuilder("file:///");
    for (byte each : bytes) {
      if (each == '/') {
        uri.append('/');
      } else {
        uri.append('%').append(HEX.toHexDigits(each));
      }
    }
    Path path = Path.of(URI.create(uri.toString()));
    return absolute ? path : ROOT.relativize(path);
  }
}
