// SPDX-License-Identifier: Apache-2.0
package org.example.http;

import io.kauditd.spi.SendError;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/**
 * What the collector said, or why it said nothing, in the engine's terms.
 *
 * @param error null if the batch was taken
 * @param mayHaveArrived whether the collector may have the batch all the same
 * @param words for a person
 */
record Answer(SendError error, boolean mayHaveArrived, String words) {
  boolean isTaken() {
    return error == null;
  }

  static Answer of(int status) {
    String words = "the collector answers " + status;
    return switch (status) {
      case 200, 201, 202, 204 -> new Answer(null, true, words);
      // It will never take these lines.
      case 400, 413, 415, 422 -> new Answer(SendError.REJECTED, false, words);
      case 401, 403 -> new Answer(SendError.EPERM, false, words + "; is the token right?");
      case 404, 410 -> new Answer(SendError.ECONNREFUSED, false, words + "; is the path right?");
      case 429, 503 -> new Answer(SendError.EAGAIN, false, words + "; it has no room at present");
      // What is behind it may have got the batch before something broke.
      default -> new Answer(SendError.EAGAIN, true, words);
    };
  }

  static Answer of(Throwable failure) {
    return switch (failure) {
      case HttpConnectTimeoutException e ->
          new Answer(SendError.ECONNREFUSED, false, "nobody answers there");
      case SSLException e -> new Answer(SendError.EPERM, false, "TLS: " + said(e));
      case ConnectException e ->
          e.getCause() instanceof UnresolvedAddressException
              ? new Answer(SendError.ECONNREFUSED, false, "the host is not known")
              : new Answer(SendError.ECONNREFUSED, false, "nobody listens there");
      default -> new Answer(SendError.ECONNREFUSED, true, "the connection broke: " + said(failure));
    };
  }

  static Answer noneInTime() {
    return new Answer(SendError.EAGAIN, true, "no answer in time");
  }

  static Answer notConnected() {
    return new Answer(SendError.ECONNREFUSED, false, "not connected");
  }

  private static String said(Throwable failure) {
    return failure.getMessage() != null
        ? failure.getMessage().lines().findFirst().orElse("")
        : failure.getClass().getSimpleName();
  }
}
