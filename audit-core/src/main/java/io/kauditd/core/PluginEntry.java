// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.PluginOption;
import io.kauditd.spi.PluginProvider;
import java.util.List;
import java.util.Optional;

/**
 * A plug-in that was found and can be used. What its provider says of itself was asked once, when
 * it was loaded.
 *
 * @param kind what kind of plug-in it is
 * @param id the name it is picked by
 * @param description what it is for, in one line
 * @param spiVersion the SPI version it was compiled against
 * @param options the options it takes
 * @param argument the option that stands after the id, {@code path} in {@code file:out.log}
 * @param origin the jar or directory it was loaded from
 * @param provider the provider itself
 * @since 0.1.0
 */
public record PluginEntry(
    PluginKind kind,
    String id,
    String description,
    int spiVersion,
    List<PluginOption<?>> options,
    Optional<PluginOption<?>> argument,
    String origin,
    PluginProvider provider) {

  /** Copies the options. */
  public PluginEntry {
    options = List.copyOf(options);
  }

  /** Whether it takes an option of this key. */
  public boolean takes(String key) {
    return options.stream().anyMatch(option -> option.key().equals(key));
  }

  /** The plug-in as it stands in messages: {@code transport 'file'}. */
  @Override
  public String toString() {
    return kind.word() + " '" + id + "'";
  }
}
