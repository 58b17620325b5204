// SPDX-License-Identifier: Apache-2.0
package io.kauditd.wire;

import io.kauditd.spi.Reasons;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The settings of TLS: whom to trust, who we are, and whether the server's certificate must be for
 * the host that was asked for. The files are read for each connection, so a renewed certificate is
 * used from the next one on.
 *
 * @param ca PEM certificates of the CAs that may sign the server's; null for those that Java trusts
 * @param certificate our own in PEM, with those of the CAs between, if any; null for none
 * @param key the PEM file of its private key; null for none
 * @param serverName the name that the certificate must be for; null for the host's
 */
public record Tls(
    @Nullable Path ca,
    @Nullable Path certificate,
    @Nullable Path key,
    boolean checksHost,
    @Nullable String serverName) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = new char[0];

  /** What was read from the files. */
  public record Context(SSLContext context, Tls settings) {
    SSLEngine engine(Server server) {
      String name = settings.serverName != null ? settings.serverName : server.host();
      SSLEngine engine = context.createSSLEngine(name, server.port());
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      if (settings.checksHost) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the rules of RFC 6125
      }
      engine.setSSLParameters(parameters);
      return engine;
    }
  }

  /**
   * Reads the files.
   *
   * @throws IOException with a sentence that names the file
   */
  public Context load() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers(), trustManagers(), null);
      return new Context(context, this);
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private TrustManager @Nullable [] trustManagers() throws IOException, GeneralSecurityException {
    if (ca == null) {
      return null; // what Java trusts
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate each : certificates(ca)) {
      store.setCertificateEntry("ca" + number++, each);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private KeyManager @Nullable [] keyManagers() throws IOException, GeneralSecurityException {
    if (certificate == null || key == null) {
      return null;
    }
    List<Certificate> chain = List.copyOf(certificates(certificate));
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "own",
        privateKey(key, chain.getFirst().getPublicKey().getAlgorithm()),
        NO_PASSWORD,
        chain.toArray(Certificate[]::new));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file) throws IOException {
    Collection<? extends Certificate> found;
    try {
      found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(read(file)));
    } catch (CertificateException e) {
      throw new IOException(file + " is no PEM file of certificates: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new IOException(file + " holds no certificate; it takes certificates in PEM");
    }
    return found;
  }

  private static PrivateKey privateKey(Path file, String algorithm) throws IOException {
    Matcher pem = KEY.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new IOException(
          file
              + " holds no unencrypted key in PKCS#8 (BEGIN PRIVATE KEY); 'openssl pkcs8 -topk8"
              + " -nocrypt' makes one of other keys");
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          file + " holds no " + algorithm + " key, as the certificate has: " + e.getMessage(), e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException("cannot read " + file + ": there is no such file", e);
    } catch (IOException e) {
      throw new IOException("cannot read " + file + ": " + Reasons.of(e), e);
    }
  }
}
