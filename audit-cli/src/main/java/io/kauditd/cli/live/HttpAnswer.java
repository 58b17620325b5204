// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.live;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of HTTP as a scrape needs: a GET or HEAD, one answer, and the end of the connection.
 * Everything else is refused with the proper status code.
 *
 * @param code the status code
 * @param type the media type
 * @param body the text
 */
record HttpAnswer(int code, String type, String body) {
  static final String TEXT = "text/plain; charset=utf-8";

  private static final Pattern REQUEST_LINE =
      Pattern.compile("([A-Z]{1,20}) (/\\S*|\\*|[a-z]+://\\S+) HTTP/1\\.[01]");

  /** Answers a request for a path. */
  interface Pages {
    HttpAnswer get(String path, String accept);
  }

  /**
   * The answer to a request, null while its end has not come.
   *
   * @param isAll whether more would be too long
   */
  static byte @Nullable [] to(ByteBuffer request, boolean isAll, Pages pages) {
    String text = StandardCharsets.ISO_8859_1.decode(request).toString();
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      end = text.indexOf("\n\n");
    }
    if (end < 0) {
      return isAll ? new HttpAnswer(431, TEXT, "the request is too long\n").bytes(true) : null;
    }
    String[] lines = text.substring(0, end).split("\r?\n", -1);
    Matcher first = REQUEST_LINE.matcher(lines[0]);
    if (!first.matches()) {
      return new HttpAnswer(400, TEXT, "this is no HTTP request\n").bytes(true);
    }
    String method = first.group(1);
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return new HttpAnswer(405, TEXT, "only GET and HEAD are served\n").bytes(true);
    }
    String target = first.group(2);
    String path = target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
    return pages.get(path, header(lines, "accept")).bytes(method.equals("GET"));
  }

  private static String header(String[] lines, String name) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  private byte[] bytes(boolean withBody) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("HTTP/1.1 "
                + code
                + " "
                + reason()
                + "\r\nContent-Type: "
                + type
                + "\r\nContent-Length: "
                + content.length
                + (code == 405 ? "\r\nAllow: GET, HEAD" : "")
                + "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    if (!withBody) {
      return head;
    }
    return ByteBuffer.allocate(head.length + content.length).put(head).put(content).array();
  }

  private String reason() {
    return switch (code) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 431 -> "Request Header Fields Too Large";
      default -> "Service Unavailable";
    };
  }
}
