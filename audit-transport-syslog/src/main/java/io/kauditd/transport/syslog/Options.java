// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.syslog;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.wire.Connector;
import io.kauditd.wire.Server;
import io.kauditd.wire.Tls;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options that both transports have. */
final class Options {
  private static final long MIN_MESSAGE_BYTES = 480; // what RFC 5424 asks every server to take

  static final PluginOption<String> SERVER =
      PluginOption.string("server", "the server, as host:port").asRequired();
  static final PluginOption<Facility> FACILITY =
      PluginOption.choice("facility", Facility.class, "the facility that records are sent under")
          .withDefault(Facility.AUDIT);
  static final PluginOption<Severity> SEVERITY =
      PluginOption.choice("severity", Severity.class, "the severity that records are sent with")
          .withDefault(Severity.NOTICE);
  static final PluginOption<String> APP_NAME =
      PluginOption.string("app-name", "the APP-NAME of the messages").withDefault("kauditd");
  static final PluginOption<String> SD_ID =
      PluginOption.string("sd-id", "the id of the structured data: a name, @ and an enterprise")
          .withDefault(SyslogFormat.DEFAULT_SD_ID);
  static final PluginOption<Long> MAX_MESSAGE =
      PluginOption.sizeBytes(
              "max-message-size",
              MIN_MESSAGE_BYTES,
              SyslogFormat.MAX_BYTES,
              "a record whose message is longer is rejected; what the server takes")
          .withDefault((long) SyslogFormat.MAX_BYTES);
  static final PluginOption<Boolean> TLS =
      PluginOption.bool("tls", "whether to use TLS").withDefault(false);
  static final PluginOption<Path> CA =
      PluginOption.path(
          "ca", "PEM file of those who may sign the server's certificate; if not set, Java's");
  static final PluginOption<Path> CERT =
      PluginOption.path("cert", "PEM file of the client certificate; none if not set");
  static final PluginOption<Path> KEY =
      PluginOption.path("key", "PEM file of its private key, in PKCS#8 and not encrypted");
  static final PluginOption<Boolean> CHECK_HOST =
      PluginOption.bool("check-host", "whether the server's certificate must be for its host")
          .withDefault(true);
  static final PluginOption<String> SERVER_NAME =
      PluginOption.string(
          "server-name", "the name that the certificate must be for; the host's if not set");

  /** What {@link #SERVER} and the options from {@link #FACILITY} on are declared as. */
  static final List<PluginOption<?>> COMMON =
      List.of(
          SERVER,
          FACILITY,
          SEVERITY,
          APP_NAME,
          SD_ID,
          MAX_MESSAGE,
          TLS,
          CA,
          CERT,
          KEY,
          CHECK_HOST,
          SERVER_NAME);

  private Options() {}

  static SyslogFormat format(PluginConfig config) {
    String appName = config.get(APP_NAME);
    if (!appName.matches("[!-~]{1,48}")) {
      throw new PluginConfigException(
          "app-name '" + appName + "' is not 1 to 48 printable ASCII characters without a space");
    }
    String sdId = config.get(SD_ID);
    if (sdId.length() > 32 || !sdId.matches("[!-~&&[^=\\]\"@]]+@[0-9]+(\\.[0-9]+)*")) {
      throw new PluginConfigException(
          "sd-id '"
              + sdId
              + "' is not a name, an @ and a private enterprise number, such as audit@32473, of"
              + " at most 32 characters");
    }
    return new SyslogFormat(
        new SyslogFormat.Settings(
            config.get(FACILITY),
            config.get(SEVERITY),
            appName,
            sdId,
            config.get(MAX_MESSAGE).intValue()));
  }

  static Connector connector(PluginConfig config, String examplePort) {
    return new Connector(Server.parse(config.get(SERVER), examplePort), tls(config));
  }

  private static @Nullable Tls tls(PluginConfig config) {
    Path certificate = config.find(CERT);
    Path key = config.find(KEY);
    if ((certificate == null) != (key == null)) {
      throw new PluginConfigException("cert and key belong together; set both or none");
    }
    if (config.get(TLS)) {
      return new Tls(
          config.find(CA), certificate, key, config.get(CHECK_HOST), config.find(SERVER_NAME));
    }
    if (certificate != null
        || config.find(CA) != null
        || config.find(SERVER_NAME) != null
        || !config.get(CHECK_HOST)) {
      throw new PluginConfigException(
          "ca, cert, key, server-name and check-host are for tls=true; without it nothing is"
              + " encrypted");
    }
    return null;
  }
}
