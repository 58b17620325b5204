// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Similar;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.UserValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A configuration file: HOCON, which JSON is a part of, or Java properties if the name ends so. Its
 * keys are the options of the command line without the hyphens. Settings of {@code --set} are in
 * the section {@code set}. Settings of one transport can also be in a section with its name.
 */
public final class ConfigFile {
  private static final String SET = "set";
  private static final String CONFIG = "config";

  private final Path file;
  private final Map<RunKey, List<UserValue>> values = new EnumMap<>(RunKey.class);
  private final Map<String, UserValue> set = new LinkedHashMap<>();
  private final Map<String, ConfigValue> unknown = new LinkedHashMap<>();

  private ConfigFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @param given the values that take precedence over the file; they may name transports that the
   *     file has sections for
   * @throws UserError if it cannot be read, or has a key or a value that does not belong there
   */
  public static RunValues read(Path file, RunValues given) {
    try {
      return of(file, ConfigBytes.of(file), given);
    } catch (IOException e) {
      String words = "--config: '" + file + "' cannot be read: " + e.getMessage();
      throw new UserError(ExitCode.USAGE, words, e);
    }
  }

  /** As {@link #read}, of the bytes that the file holds; those that it includes are read. */
  static RunValues of(Path file, byte[] bytes, RunValues given) {
    try {
      var read = new ConfigFile(file);
      read.takeAll("", ConfigText.parse(file, bytes).resolve().root());
      var values = new RunValues(read.values, read.set);
      read.takeSections(given.orElse(values));
      return new RunValues(read.values, read.set);
    } catch (ConfigException e) {
      throw new UserError(ExitCode.USAGE, "--config: " + firstLine(e), e);
    } catch (StackOverflowError e) { // the library's parser calls itself for each bracket
      throw new UserError(
          ExitCode.USAGE,
          "--config: " + file + ": its brackets are nested too deeply to be read",
          e);
    }
  }

  /** By line, so that the first mistake in the file is the one that is reported. */
  private void takeAll(String prefix, ConfigObject object) {
    object.entrySet().stream()
        .sorted(
            Comparator.comparingInt((Map.Entry<String, ConfigValue> e) -> line(e.getValue()))
                .thenComparing(Map.Entry::getKey))
        .forEach(entry -> take(prefix + entry.getKey(), entry.getValue()));
  }

  private void take(String key, ConfigValue value) {
    RunKey known = RunKey.of(key).orElse(null);
    if (known != null) {
      takeKey(known, value);
    } else if (key.equals(SET) && value instanceof ConfigList list) {
      list.forEach(each -> takeSetting(each));
    } else if (value instanceof ConfigObject object) {
      takeAll(key + ".", object);
    } else if (key.startsWith(SET + ".")) {
      if (value.valueType() != ConfigValueType.NULL) {
        set.put(key.substring(SET.length() + 1), new UserValue(joined(value), where(key, value)));
      }
    } else if (key.equals(CONFIG)) {
      throw UserError.usage(
          where(key, value) + ": a configuration file names no other; write include \"FILE\"");
    } else if (key.contains(".")) {
      unknown.put(key, value); // a transport's, perhaps
    } else {
      throw notKnown(key, value);
    }
  }

  /** A section with the name of a transport holds what belongs to that one. */
  private void takeSections(RunValues all) {
    Set<String> names = new HashSet<>(Deliveries.named(all.list(RunKey.TRANSPORT)).keySet());
    names.add(Deliveries.REJECTED);
    unknown.forEach((key, value) -> {
      if (!names.contains(key.substring(0, key.indexOf('.')))) {
        throw notKnown(key, value);
      }
      set.put(key, new UserValue(joined(value), where(key, value)));
    });
  }

  private UserError notKnown(String key, ConfigValue value) {
    return UserError.usage(
        where(key, value)
            + " is not a known key"
            + Similar.hint(key, Arrays.stream(RunKey.values()).map(RunKey::key).toList()));
  }

  private void takeKey(RunKey key, ConfigValue value) {
    String where = where(key.key(), value);
    if (value instanceof ConfigObject object) {
      boolean numbers = object.keySet().stream().allMatch(name -> name.matches("[0-9]{1,9}"));
      if (key.kind() != RunKey.Kind.LIST || !numbers) {
        throw UserError.usage(where + " has keys of its own; it takes a value");
      }
      values.put(key, numbered(object).map(each -> given(key, each)).toList());
    } else if (value instanceof ConfigList list) {
      if (key.kind() != RunKey.Kind.LIST) {
        throw UserError.usage(where + " is a list; it takes one value");
      }
      var all = new ArrayList<UserValue>();
      list.forEach(each -> all.add(given(key, each)));
      values.put(key, List.copyOf(all));
    } else if (value.valueType() != ConfigValueType.NULL || key.group() == RunKey.Group.PARTS) {
      // A part may be the plug-in with the id null; any other key without a value is not given.
      values.put(key, List.of(given(key, value)));
    }
  }

  /** How properties write a list: plugins.0, plugins.1. */
  private static Stream<ConfigValue> numbered(ConfigObject object) {
    return object.entrySet().stream()
        .sorted(
            Comparator.comparingInt((Map.Entry<String, ConfigValue> e) -> e.getKey().length())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getValue);
  }

  private UserValue given(RunKey key, ConfigValue value) {
    return new UserValue(text(value), where(key.key(), value));
  }

  /** One of a list of settings, each written as on the command line. */
  private void takeSetting(ConfigValue value) {
    String text = text(value);
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw new UserValue(text, where(SET, value)).notValid("KEY=VALUE");
    }
    String key = text.substring(0, equals).strip();
    set.put(key, new UserValue(text.substring(equals + 1), where(SET + "." + key, value)));
  }

  /** A list of a plug-in's is written with commas on the command line. */
  private static String joined(ConfigValue value) {
    return value instanceof ConfigList list
        ? list.stream().map(ConfigFile::text).collect(Collectors.joining(","))
        : text(value);
  }

  /** The text in the file: a number keeps its zeros. */
  private static String text(ConfigValue value) {
    return switch (value.valueType()) {
      case NULL -> "null";
      case LIST, OBJECT -> value.render();
      case NUMBER, BOOLEAN, STRING -> value.atKey("value").getString("value");
    };
  }

  private String where(String key, ConfigValue value) {
    return file + (line(value) > 0 ? " line " + line(value) : "") + ": " + key;
  }

  private static int line(ConfigValue value) {
    return value.origin().lineNumber();
  }

  private static String firstLine(ConfigException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
