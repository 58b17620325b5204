// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.PluginProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sets where plug-ins are searched.
 *
 * @since 0.1.0
 */
public final class PluginsBuilder {
  private final List<Path> directories = new ArrayList<>();
  private final List<ModuleLayer> layers = new ArrayList<>();
  private @Nullable ClassLoader classLoader;
  private Consumer<PluginFailure> onFailure;

  PluginsBuilder(Consumer<PluginFailure> onFailure) {
    this.onFailure = onFailure;
  }

  /**
   * The class loader to search, with the named modules that are visible from it. The default is the
   * thread's context class loader, if it sees the same SPI as this class, and otherwise the loader
   * of this class.
   */
  public PluginsBuilder classLoader(ClassLoader loader) {
    this.classLoader = Objects.requireNonNull(loader, "loader");
    return this;
  }

  /** A module layer to search in addition to the boot layer. */
  public PluginsBuilder layer(ModuleLayer layer) {
    layers.add(Objects.requireNonNull(layer, "layer"));
    return this;
  }

  /**
   * A directory of plug-ins: each jar in it is a plug-in, and each sub-directory of jars is one,
   * with the libraries it needs. Each gets its own class loader.
   */
  public PluginsBuilder directory(Path directory) {
    directories.add(Objects.requireNonNull(directory, "directory"));
    return this;
  }

  /** The action for each plug-in that cannot be loaded; the default logs a warning. */
  public PluginsBuilder onFailure(Consumer<PluginFailure> handler) {
    this.onFailure = Objects.requireNonNull(handler, "handler");
    return this;
  }

  /** Finds the plug-ins and loads them. Does not throw: the result lists the failures. */
  public Plugins load() {
    ClassLoader application = classLoader != null ? classLoader : defaultLoader();
    var findings = new PluginFindings();
    var search = new PluginSearch(findings);
    search.classLoader(application);
    layers.forEach(search::layer);
    var directory = new PluginDirectory(findings, application);
    directories.forEach(directory::load);
    findings.failures().forEach(onFailure);
    return new Plugins(findings.found(), findings.failures(), directory.loaders());
  }

  private static ClassLoader defaultLoader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null && seesThisSpi(context)) {
      return context;
    }
    return PluginsBuilder.class.getClassLoader();
  }

  private static boolean seesThisSpi(ClassLoader loader) {
    try {
      return Class.forName(PluginProvider.class.getName(), false, loader) == PluginProvider.class;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
