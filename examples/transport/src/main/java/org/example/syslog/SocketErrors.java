// SPDX-License-Identifier: Apache-2.0
package org.example.syslog;

import io.kauditd.spi.SendError;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Translates what a socket says into what the engine treats apart. The JDK keeps the number of the
 * error to itself, so it is told by its words; an unknown one is EIO, which ends the connection
 * too.
 */
final class SocketErrors {
  private static final Map<String, SendError> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put("broken pipe", SendError.ECONNREFUSED);
    WORDS.put("connection reset", SendError.ECONNREFUSED);
    WORDS.put("connection refused", SendError.ECONNREFUSED);
    WORDS.put("connection abort", SendError.ECONNREFUSED);
    WORDS.put("timed out", SendError.ECONNREFUSED);
    WORDS.put("no route to host", SendError.ECONNREFUSED);
    WORDS.put("unreachable", SendError.ECONNREFUSED);
    WORDS.put("operation not permitted", SendError.EPERM); // a firewall on this host
    WORDS.put("permission denied", SendError.EPERM);
    WORDS.put("no buffer space", SendError.ENOBUFS);
    WORDS.put("cannot allocate memory", SendError.ENOMEM);
  }

  private SocketErrors() {}

  static SendError of(IOException error) {
    if (error instanceof ClosedChannelException) {
      return SendError.ECONNREFUSED;
    }
    String said = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    for (var each : WORDS.entrySet()) {
      if (said.contains(each.getKey())) {
        return each.getValue();
      }
    }
    return SendError.EIO;
  }
}
