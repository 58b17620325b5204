// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import io.kauditd.core.KernelPolicy;
import io.kauditd.core.OrderedPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads scenarios: files in HOCON, which JSON is a part of. Five come with the program, and are
 * chosen by name. {@code docs/reference/simulation.md} describes the keys.
 *
 * @since 0.1.0
 */
public final class ScenarioFile {
  /** The names of the scenarios that come with the program. */
  public static final List<String> BUNDLED =
      List.of("daemon-stopped", "daemon-restarted", "slow-daemon", "disk-full", "burst-at-boot");

  private static final String EXTENSION = ".conf";

  private static final List<String> ALL_POLICIES =
      List.of(
          KernelPolicy.V5_16.id(),
          KernelPolicy.RFC.id(),
          KernelPolicy.MAINLINE.id(),
          OrderedPolicy.ID);

  private ScenarioFile() {}

  /** As {@link #load(String, Map)}, with nothing changed. */
  public static Scenario load(String nameOrFile) {
    return load(nameOrFile, Map.of());
  }

  /**
   * Reads a scenario: the file of this name, or the one that comes with the program if there is no
   * such file.
   *
   * @param overrides values that take the place of the file's, by key, as {@code
   *     settings.backlogLimit}
   * @throws BadScenarioException if there is none, or it is wrong; the message names the file, the
   *     line and the reason
   */
  public static Scenario load(String nameOrFile, Map<String, String> overrides) {
    Path file = Path.of(nameOrFile);
    if (Files.exists(file)) {
      return load(file, overrides);
    }
    if (BUNDLED.contains(nameOrFile)) {
      return read(nameOrFile, bundled(nameOrFile), Path.of(""), overrides);
    }
    throw new BadScenarioException(
        "'"
            + nameOrFile
            + "' is neither a file nor a scenario that comes with the program; those are "
            + String.join(", ", BUNDLED));
  }

  /**
   * Reads a scenario from a file.
   *
   * @throws BadScenarioException as {@link #load(String, Map)}
   */
  public static Scenario load(Path file) {
    return load(file, Map.of());
  }

  private static Scenario load(Path file, Map<String, String> overrides) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      return read(
          file.toString(),
          Files.readString(file),
          folder == null ? Path.of("") : folder,
          overrides);
    } catch (IOException e) {
      String reason =
          !Files.isRegularFile(file)
              ? "it is not a file"
              : e instanceof CharacterCodingException
                  ? "it is not UTF-8 text"
                  : Files.isReadable(file) ? String.valueOf(e.getMessage()) : "permission denied";
      throw new BadScenarioException("'" + file + "' cannot be read: " + reason, e);
    }
  }

  /** Reads a scenario that comes with the program, whatever files there are. */
  public static Scenario loadBundled(String name) {
    return read(name, bundled(name), Path.of(""));
  }

  /** The text of a scenario that comes with the program. */
  public static String bundled(String name) {
    if (!BUNDLED.contains(name)) {
      throw new IllegalArgumentException(name + " is none of " + BUNDLED);
    }
    try (InputStream stream =
        Objects.requireNonNull(
            ScenarioFile.class.getResourceAsStream("scenarios/" + name + EXTENSION))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BadScenarioException("scenario " + name + " cannot be read: " + e, e);
    }
  }

  /** As {@link #read(String, String, Path, Map)}, with nothing changed. */
  static Scenario read(String name, String text, Path folder) {
    return read(name, text, folder, Map.of());
  }

  /**
   * Reads a scenario from its text.
   *
   * @param name what messages begin with
   * @param folder where files that it names lie
   * @param overrides values that take the place of the text's, by key
   */
  static Scenario read(String name, String text, Path folder, Map<String, String> overrides) {
    try {
      Config config =
          ConfigFactory.parseString(
              text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF));
      for (Map.Entry<String, String> override : overrides.entrySet()) {
        config =
            config.withValue(
                override.getKey(), ConfigValueFactory.fromAnyRef(override.getValue(), "override"));
      }
      return new ScenarioReader(folder, ALL_POLICIES)
          .read(new ScenarioSection(config.resolve(), ""));
    } catch (ConfigException e) {
      throw new BadScenarioException(name + ": " + plain(e), e);
    } catch (BadScenarioException e) {
      throw new BadScenarioException(name + ": " + e.getMessage(), e.getCause());
    } catch (IllegalArgumentException e) { // of the library: \\u-123 makes no character
      throw new BadScenarioException(name + ": an escape \\u is wrong: " + e.getMessage(), e);
    } catch (StackOverflowError e) { // the library's parser calls itself for each bracket
      throw new BadScenarioException(name + ": its brackets are nested too deeply to be read", e);
    }
  }

  /** What the library has to say, without its name for a string: {@code String: 12: …}. */
  static String plain(ConfigException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return message.replaceFirst("^String: (\\d+)", "line $1");
  }
}
