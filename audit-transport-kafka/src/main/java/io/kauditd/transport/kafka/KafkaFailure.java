// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import io.kauditd.spi.SendError;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * A failure of Kafka, in the engine's terms.
 *
 * @param error never {@link SendError#EAGAIN} for what only a new connection can cure
 * @param reason one sentence for a person
 */
record KafkaFailure(SendError error, String reason) {
  /** The destination, for messages: the topic, the servers, the instance. */
  record Place(String topic, String bootstrap, String instance) {}

  static KafkaFailure of(Throwable thrown, Place at) {
    Throwable cause = unwrapped(thrown);
    return switch (cause) {
      case RecordTooLargeException e ->
          new KafkaFailure(SendError.REJECTED, "topic '" + at.topic + "' takes no record so large");
      case ProducerFencedException e -> fenced(at);
      case InvalidProducerEpochException e -> fenced(at);
      case SslAuthenticationException e ->
          new KafkaFailure(SendError.EPERM, at.bootstrap + ": TLS: " + tlsWords(e));
      case AuthenticationException e ->
          new KafkaFailure(SendError.EPERM, at.bootstrap + ": log-in refused: " + words(e));
      case TopicAuthorizationException e ->
          new KafkaFailure(
              SendError.EPERM,
              at.bootstrap + ": not allowed to use topic '" + at.topic + "'; ask for access to it");
      case AuthorizationException e ->
          new KafkaFailure(
              SendError.EPERM, at.bootstrap + ": not allowed: " + words(e) + "; ask for access");
      case UnknownTopicOrPartitionException e -> missing(at);
      case InvalidTopicException e ->
          new KafkaFailure(SendError.EPERM, "'" + at.topic + "' cannot be the name of a topic");
      case TimeoutException e -> silence(at);
      case java.util.concurrent.TimeoutException e -> silence(at);
      case RetriableException e ->
          new KafkaFailure(SendError.EAGAIN, at.bootstrap + ": " + words(e));
      default -> new KafkaFailure(SendError.EIO, at.bootstrap + ": " + words(cause));
    };
  }

  /** Whether a record that failed with it may be in the topic all the same. */
  boolean mayHaveArrived() {
    return error != SendError.REJECTED && error != SendError.EPERM;
  }

  /** Whether nobody has answered, so that it is worth looking whether anybody is there. */
  boolean isSilence() {
    return error == SendError.EAGAIN;
  }

  static KafkaFailure missing(Place at) {
    return new KafkaFailure(
        SendError.ECONNREFUSED,
        at.bootstrap + " has no topic '" + at.topic + "'; create it, or correct the name");
  }

  private static KafkaFailure silence(Place at) {
    return new KafkaFailure(SendError.EAGAIN, at.bootstrap + " does not answer in time");
  }

  private static KafkaFailure fenced(Place at) {
    return new KafkaFailure(
        SendError.EPERM,
        "another program sends to '"
            + at.topic
            + "' as instance '"
            + at.instance
            + "', or a transaction took too long; give each its own 'instance'");
  }

  /** The exception that says what happened. */
  static Throwable unwrapped(Throwable thrown) {
    Throwable at = thrown;
    while (at.getCause() != null && isWrapping(at)) {
      at = at.getCause();
    }
    return at;
  }

  private static boolean isWrapping(Throwable thrown) {
    return thrown instanceof ExecutionException
        || thrown instanceof CompletionException
        || thrown.getClass() == KafkaException.class
        || (thrown.getClass() == ConfigException.class && thrown.getCause() != null);
  }

  /** TLS hides what is wrong in the causes. */
  private static String tlsWords(Throwable thrown) {
    Throwable last = thrown;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String said = words(last);
    if (last instanceof CertificateExpiredException) {
      return "the certificate there has expired (" + said + ")";
    }
    if (last instanceof CertificateNotYetValidException) {
      return "the certificate there is not valid yet (" + said + ")";
    }
    if (last instanceof CertificateException && said.startsWith("No ")) {
      return "the certificate there is for another host (" + said + ")";
    }
    return said.startsWith("unable to find valid certification path")
        ? "the certificate there comes from a CA that is not known here; name it with"
            + " kafka.ssl.truststore.location"
        : said;
  }

  /** One line. */
  static String words(Throwable thrown) {
    @Nullable String message = thrown.getMessage();
    String all = message == null ? thrown.getClass().getSimpleName() : message;
    String line = all.lines().findFirst().orElse("").strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
