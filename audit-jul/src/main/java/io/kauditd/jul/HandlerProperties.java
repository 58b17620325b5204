// SPDX-License-Identifier: Apache-2.0
package io.kauditd.jul;

import io.kauditd.core.logging.LogRoute;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Filter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a handler. A {@link LogManager} has no list of its keys. So options of plug-ins
 * and misspelt keys are found by reading its file again. If it was configured in another way,
 * options are given in {@code settings}: {@code max-size=8MiB, keep=5}.
 */
final class HandlerProperties {
  private static final String FILE = "java.util.logging.config.file";
  private static final String SETTINGS = "settings";
  private static final Set<String> OF_EVERY_HANDLER =
      Set.of("level", "filter", "formatter", "encoding", SETTINGS);

  private final LogManager manager;
  private final String prefix;

  HandlerProperties(LogManager manager, String className) {
    this.manager = manager;
    this.prefix = className + ".";
  }

  /** All that is written for the route. */
  Map<String, String> written() {
    var written = new LinkedHashMap<String, String>();
    for (String key : LogRoute.keys()) {
      put(written, key);
      if (!camelCase(key).equals(key)) {
        put(written, camelCase(key));
      }
    }
    for (String key : ofFile()) {
      if (!OF_EVERY_HANDLER.contains(key)) {
        put(written, key);
      }
    }
    String settings = manager.getProperty(prefix + SETTINGS);
    if (settings != null && !settings.isBlank()) {
      for (String setting : settings.split(",", -1)) {
        int equals = setting.indexOf('=');
        if (equals < 0) {
          throw new IllegalArgumentException(
              "'"
                  + setting.strip()
                  + "' in settings is not valid; it takes key=value, such as"
                  + " max-size=8MiB");
        }
        written.put(setting.substring(0, equals).strip(), setting.substring(equals + 1).strip());
      }
    }
    return written;
  }

  private void put(Map<String, String> written, String key) {
    String value = manager.getProperty(prefix + key);
    if (value != null) {
      written.put(key, value.strip());
    }
  }

  static String camelCase(String key) {
    var name = new StringBuilder();
    for (int i = 0; i < key.length(); i++) {
      boolean starts = i > 0 && key.charAt(i - 1) == '-';
      if (key.charAt(i) != '-') {
        name.append(starts ? Character.toUpperCase(key.charAt(i)) : key.charAt(i));
      }
    }
    return name.toString();
  }

  private Iterable<String> ofFile() {
    String file = System.getProperty(FILE);
    var properties = new Properties();
    if (file != null) {
      try (InputStream input = Files.newInputStream(Path.of(file))) {
        properties.load(input);
      } catch (IOException | RuntimeException e) {
        return List.of(); // configured from elsewhere
      }
    }
    return properties.stringPropertyNames().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .sorted()
        .toList();
  }

  Level level(Level without) {
    String name = manager.getProperty(prefix + "level");
    return name == null ? without : Level.parse(name.strip());
  }

  @Nullable Filter filter() {
    return make("filter", Filter.class);
  }

  Formatter formatter(Formatter without) {
    Formatter made = make("formatter", Formatter.class);
    return made == null ? without : made;
  }

  private <T> @Nullable T make(String key, Class<T> type) {
    String name = manager.getProperty(prefix + key);
    if (name == null) {
      return null;
    }
    try {
      return ClassLoader.getSystemClassLoader()
          .loadClass(name.strip())
          .asSubclass(type)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(
          key
              + " '"
              + name
              + "' cannot be made; it takes the name of a class that is a "
              + type.getSimpleName()
              + " and has a public constructor without arguments",
          e);
    }
  }
}
