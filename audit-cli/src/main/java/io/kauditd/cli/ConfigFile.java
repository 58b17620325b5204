// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A configuration file: HOCON, which JSON is a part of, or Java properties if the name ends so. Its
 * keys are those of the command line without the hyphens; what {@code --set} takes stands under
 * {@code set}.
 *
 * @param values the values by key
 * @param set the plug-ins' own settings
 */
record ConfigFile(Map<RunKey, Given> values, Map<String, Given> set) {
  /** No file. */
  static final ConfigFile EMPTY = new ConfigFile(Map.of(), Map.of());

  private static final String SET = "set";

  /**
   * Reads a file.
   *
   * @throws UserError if it cannot be read, or has a key or a value that does not belong there
   */
  static ConfigFile read(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw UserError.usage(
          "--config: '"
              + file
              + "' cannot be read: "
              + (Files.exists(file)
                  ? Files.isRegularFile(file) ? "permission denied" : "it is not a file"
                  : "there is no such file"));
    }
    var values = new EnumMap<RunKey, Given>(RunKey.class);
    var set = new LinkedHashMap<String, Given>();
    try {
      Config config =
          ConfigFactory.parseFile(
                  file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
              .resolve();
      // Sorted by line, so that the first mistake in the file is the one that is reported.
      var byLine = new TreeMap<String, Map.Entry<String, ConfigValue>>();
      for (var entry : config.entrySet()) {
        byLine.put("%9d %s".formatted(line(entry.getValue()), entry.getKey()), entry);
      }
      for (var entry : byLine.values()) {
        take(file, ConfigUtil.splitPath(entry.getKey()), entry.getValue(), values, set);
      }
    } catch (ConfigException e) {
      throw new UserError(ExitCode.USAGE, "--config: " + firstLine(e), e);
    }
    return new ConfigFile(values, set);
  }

  private static void take(
      Path file,
      List<String> path,
      ConfigValue value,
      Map<RunKey, Given> values,
      Map<String, Given> set) {
    String key = String.join(".", path);
    String where = file + (line(value) > 0 ? " line " + line(value) : "") + ": " + key;
    if (value.valueType() == ConfigValueType.LIST) {
      throw UserError.usage(where + " is a list; it takes one value");
    }
    var given = new Given(String.valueOf(value.unwrapped()), where);
    if (path.get(0).equals(SET) && path.size() > 1) {
      set.put(String.join(".", path.subList(1, path.size())), given);
      return;
    }
    RunKey known =
        RunKey.of(key)
            .orElseThrow(() ->
                UserError.usage(
                    where
                        + " is not a known key"
                        + Similar.hint(
                            key, Arrays.stream(RunKey.values()).map(RunKey::key).toList())));
    values.put(known, given);
  }

  private static int line(ConfigValue value) {
    return value.origin().lineNumber();
  }

  private static String firstLine(ConfigException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
