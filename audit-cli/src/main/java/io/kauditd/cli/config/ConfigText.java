// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The text of a configuration file. {@code include} is both a keyword of HOCON and an option of a
 * run. Followed by a file name it is the keyword, followed by = or : it is the option.
 */
final class ConfigText {
  private static final Pattern KEY = Pattern.compile("(?m)(^|[{,])([ \\t]*)include(?=[ \\t]*[=:])");
  private static final int MOST_NESTED = 10;

  private ConfigText() {}

  /**
   * Parses a file and the files that it includes, whose names are relative to it.
   *
   * @throws ConfigException if it cannot be read, or is no configuration
   */
  static Config parse(Path file) {
    return parse(file, 0);
  }

  private static Config parse(Path file, int depth) {
    ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(".json") || name.endsWith(".properties")) {
      try {
        return ConfigFactory.parseFile(file.toFile(), options);
      } catch (IllegalArgumentException e) { // of java.util.Properties
        throw new ConfigException.Generic(file + ": " + e.getMessage(), e);
      }
    }
    if (depth > MOST_NESTED) {
      throw new ConfigException.Generic(file + ": files include each other without an end");
    }
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ConfigException.Generic(file + ": cannot be read: " + e, e);
    }
    return ConfigFactory.parseString(
        KEY.matcher(text).replaceAll("$1$2\"include\""),
        options
            .setOriginDescription(file.toString())
            .setIncluder(new Nested(file.toAbsolutePath().normalize(), depth + 1)));
  }

  private record Nested(Path including, int depth) implements ConfigIncluder {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      return parse(including.resolveSibling(what), depth).root();
    }
  }
}
