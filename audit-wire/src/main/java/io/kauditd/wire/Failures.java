// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import io.kauditd.spi.SendError;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a connection: an error for the engine, and words for a person. */
final class Failures {
  /** The JDK keeps the number of a socket's error to itself, so it is told by its words. */
  private static final Map<String, SendError> WORDS = new LinkedHashMap<>();

  /** Alerts by which a server says that it does not accept who we are. */
  private static final Map<String, String> ALERTS = new LinkedHashMap<>();

  static {
    WORDS.put("broken pipe", SendError.ECONNREFUSED);
    WORDS.put("connection reset", SendError.ECONNREFUSED);
    WORDS.put("connection refused", SendError.ECONNREFUSED);
    WORDS.put("connection abort", SendError.ECONNREFUSED);
    WORDS.put("closed", SendError.ECONNREFUSED);
    WORDS.put("timed out", SendError.ECONNREFUSED);
    WORDS.put("no route to host", SendError.ECONNREFUSED);
    WORDS.put("unreachable", SendError.ECONNREFUSED);
    WORDS.put("operation not permitted", SendError.EPERM); // a firewall on this host
    WORDS.put("permission denied", SendError.EPERM);
    WORDS.put("no buffer space", SendError.ENOBUFS);
    WORDS.put("cannot allocate memory", SendError.ENOMEM);

    ALERTS.put("certificate_required", "it wants a client certificate; name one with 'cert'");
    ALERTS.put("certificate_expired", "it says that our certificate has expired");
    ALERTS.put("unknown_ca", "it does not know the CA of our certificate");
    ALERTS.put("bad_certificate", "it does not accept our certificate");
    ALERTS.put("unsupported_certificate", "it does not accept our kind of certificate");
    ALERTS.put("certificate_unknown", "it does not accept our certificate");
    ALERTS.put("access_denied", "it does not let us in with our certificate");
    ALERTS.put("handshake_failure", "it shares no TLS settings with us, or wants a certificate");
    ALERTS.put("protocol_version", "it shares no version of TLS with us");
  }

  private Failures() {}

  /** Which error it is; what nobody knows is EIO, which ends the connection too. */
  static SendError error(IOException failure) {
    if (failure instanceof ClosedChannelException || failure instanceof ConnectException) {
      return SendError.ECONNREFUSED;
    }
    if (failure instanceof SSLException && alert(failure) != null) {
      return SendError.EPERM;
    }
    String said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    for (var each : WORDS.entrySet()) {
      if (said.contains(each.getKey())) {
        return each.getValue();
      }
    }
    return SendError.EIO;
  }

  /** What happened, in one sentence without its subject. */
  static String words(IOException failure) {
    if (failure instanceof SSLException) {
      return tlsWords(failure);
    }
    if (failure instanceof ClosedChannelException) {
      return "the connection was closed";
    }
    return failure.getMessage() != null ? oneLine(failure) : failure.getClass().getSimpleName();
  }

  private static String tlsWords(IOException failure) {
    var expired = cause(failure, CertificateExpiredException.class);
    if (expired != null) {
      return "the server's certificate has expired (" + oneLine(expired) + ")";
    }
    var early = cause(failure, CertificateNotYetValidException.class);
    if (early != null) {
      return "the server's certificate is not valid yet (" + oneLine(early) + ")";
    }
    if (cause(failure, CertPathValidatorException.class) == null && isUnknownCa(failure)) {
      return "the server's certificate comes from a CA that is not known here; name it with 'ca'";
    }
    var wrong = cause(failure, CertificateException.class);
    if (wrong != null) {
      String said = oneLine(wrong);
      return said.startsWith("No ")
          ? "the server's certificate is for another host (" + said + ")"
          : "the server's certificate is not valid (" + said + ")";
    }
    String alert = alert(failure);
    if (alert != null) {
      return alert;
    }
    String said = oneLine(failure);
    return said.startsWith("Unsupported or unrecognized") ? "it does not speak TLS there" : said;
  }

  private static boolean isUnknownCa(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (String.valueOf(at.getMessage()).contains("unable to find valid certification path")
          || String.valueOf(at.getMessage()).contains("No trusted certificate found")) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String alert(Throwable failure) {
    String said = String.valueOf(failure.getMessage());
    int at = said.lastIndexOf("alert: ");
    return at < 0 ? null : ALERTS.get(said.substring(at + "alert: ".length()).strip());
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (type.isInstance(at) && (type != CertificateException.class || plain(at))) {
        return type.cast(at);
      }
    }
    return null;
  }

  /** Not one of the classes that the JDK wraps around the cause. */
  private static boolean plain(Throwable at) {
    return at.getCause() == null;
  }

  private static String oneLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }
}
