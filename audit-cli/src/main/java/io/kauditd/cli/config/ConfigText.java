// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * The text of a configuration file. {@code include} is both a keyword of HOCON and an option of a
 * run. Followed by a file name it is the keyword, followed by = or : it is the option.
 */
final class ConfigText {
  private static final Pattern KEY = Pattern.compile("(?m)(^|[{,])([ \\t]*)include(?=[ \\t]*[=:])");
  private static final int MOST_NESTED = 10;
  private static final int MOST_DOTS = 100;
  private static final int SHOWN = 40;

  private ConfigText() {}

  /**
   * Parses the text of a file and the files that it includes, whose names are relative to it.
   *
   * @throws ConfigException if it is no configuration, or one of the others cannot be read
   */
  static Config parse(Path file, byte[] bytes) {
    return parse(file, bytes, 0);
  }

  private static Config parse(Path file, byte[] bytes, int depth) {
    String text = decoded(file, bytes);
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setOriginDescription(file.toString());
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".json")) {
      return parsed(file, text, options.setSyntax(ConfigSyntax.JSON));
    }
    if (name.endsWith(".properties")) {
      return ConfigFactory.parseProperties(properties(file, text), options);
    }
    if (depth > MOST_NESTED) {
      throw new ConfigException.Generic(file + ": files include each other without an end");
    }
    return parsed(
        file,
        KEY.matcher(text).replaceAll("$1$2\"include\""),
        options.setIncluder(new Nested(file.toAbsolutePath().normalize(), depth + 1)));
  }

  private static Config parsed(Path file, String text, ConfigParseOptions options) {
    try {
      return ConfigFactory.parseString(text, options);
    } catch (IllegalArgumentException e) { // of the library: \\u-123 makes no character
      throw new ConfigException.Generic(file + ": an escape \\u is wrong: " + e.getMessage(), e);
    }
  }

  private static String decoded(Path file, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ConfigException.Generic(file + ": is not in UTF-8; save it in that encoding", e);
    }
  }

  private static Properties properties(Path file, String text) {
    var properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException.Generic(file + ": " + e.getMessage(), e);
    }
    for (String key : properties.stringPropertyNames()) {
      // The library's time for a key grows with the square of its parts.
      if (key.chars().filter(c -> c == '.').count() > MOST_DOTS) {
        throw new ConfigException.Generic(
            file
                + ": a key has more than "
                + MOST_DOTS
                + " dots: "
                + key.substring(0, SHOWN)
                + "…");
      }
    }
    return properties;
  }

  private record Nested(Path including, int depth) implements ConfigIncluder {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      Path file = including.resolveSibling(what);
      byte[] bytes;
      try {
        bytes = ConfigBytes.of(file);
      } catch (IOException e) {
        throw new ConfigException.Generic(file + ": cannot be read: " + e.getMessage(), e);
      }
      return parse(file, bytes, depth).root();
    }
  }
}
