// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.PluginOption;
import io.kauditd.spi.PluginProvider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in that was found and can be used. Its provider was asked once, when it was loaded.
 * Immutable; only {@link Plugins} makes it.
 *
 * @since 0.1.0
 */
public final class PluginEntry {
  private final PluginKind kind;
  private final String id;
  private final String description;
  private final int spiVersion;
  private final List<PluginOption<?>> options;
  private final @Nullable PluginOption<?> argument;
  private final String origin;
  private final PluginProvider provider;

  PluginEntry(
      PluginKind kind,
      String id,
      String description,
      int spiVersion,
      List<PluginOption<?>> options,
      @Nullable PluginOption<?> argument,
      String origin,
      PluginProvider provider) {
    this.kind = kind;
    this.id = id;
    this.description = description;
    this.spiVersion = spiVersion;
    this.options = List.copyOf(options);
    this.argument = argument;
    this.origin = origin;
    this.provider = provider;
  }

  /** The kind of plug-in. */
  public PluginKind kind() {
    return kind;
  }

  /** The name that users pick it by. */
  public String id() {
    return id;
  }

  /** The description, in one line. */
  public String description() {
    return description;
  }

  /** The SPI version it was compiled against. */
  public int spiVersion() {
    return spiVersion;
  }

  /** The options of the plug-in. Unmodifiable. */
  public List<PluginOption<?>> options() {
    return options;
  }

  /**
   * The option that the argument after the id sets, {@code path} in {@code file:out.log}; null if
   * it takes no argument.
   */
  public @Nullable PluginOption<?> argument() {
    return argument;
  }

  /** The jar or directory it was loaded from. */
  public String origin() {
    return origin;
  }

  /** The provider itself. */
  public PluginProvider provider() {
    return provider;
  }

  /** Whether it takes an option of this key, alone or as one of a family. */
  public boolean takes(String key) {
    return options.stream().anyMatch(option -> option.takes(key));
  }

  /** The plug-in's name in messages: {@code transport 'file'}. */
  @Override
  public String toString() {
    return kind.word() + " '" + id + "'";
  }
}
