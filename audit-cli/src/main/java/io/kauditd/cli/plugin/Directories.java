// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.plugin;

import io.kauditd.cli.command.UserError;
import io.kauditd.cli.live.ControlDirectory;
import io.kauditd.core.PluginFailure;
import io.kauditd.core.Plugins;
import io.kauditd.core.PluginsBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The directories that the command uses.
 *
 * @param plugins where plug-ins are searched, in addition to those that come with the command
 * @param runtime where the control sockets of running instances are
 * @param runtimeNamed whether the user has named that
 */
public record Directories(List<Path> plugins, Path runtime, boolean runtimeNamed) {
  /** Set by the launcher: the directory of the distribution. */
  public static final String HOME_PROPERTY = "audit.home";

  /**
   * The directories as the user gave them, or else the usual ones.
   *
   * @param plugins null for {@code plugins/} of the distribution
   * @param runtime null for {@link ControlDirectory#usual}
   */
  public static Directories of(@Nullable List<Path> plugins, @Nullable Path runtime) {
    return new Directories(
        plugins == null ? ofDistribution() : existing(plugins),
        runtime == null ? ControlDirectory.usual() : runtime,
        runtime != null);
  }

  /** Loads the plug-ins; those that cannot be loaded are logged as warnings. */
  public Plugins loadPlugins() {
    return inDirectories(Plugins.builder()).load();
  }

  /** Loads the plug-ins and hands what cannot be loaded to the caller. */
  public Plugins loadPlugins(Consumer<PluginFailure> onFailure) {
    return inDirectories(Plugins.builder()).onFailure(onFailure).load();
  }

  private PluginsBuilder inDirectories(PluginsBuilder builder) {
    plugins.forEach(builder::directory);
    return builder;
  }

  private static List<Path> ofDistribution() {
    String home = System.getProperty(HOME_PROPERTY);
    if (home == null) {
      return List.of();
    }
    Path directory = Path.of(home, "plugins");
    return Files.isDirectory(directory) ? List.of(directory) : List.of();
  }

  private static List<Path> existing(List<Path> given) {
    for (Path directory : given) {
      if (!Files.isDirectory(directory)) {
        throw noPluginDirectory("--plugins", directory);
      }
    }
    return List.copyOf(given);
  }

  /** The error for a plug-in directory that is no directory. */
  public static UserError noPluginDirectory(String where, Path directory) {
    return UserError.usage(
        where + ": '" + directory + "' is not a directory; give one that holds plug-in jars");
  }
}
