// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link java.util.ServiceLoader} finds of a plug-in: its id, the SPI version it was compiled
 * against, and the options it takes. Each SPI has a provider interface of its own on top of this.
 *
 * <p>A provider has a public constructor without arguments that does nothing; it does no I/O and
 * starts no thread, then or later.
 *
 * <p><b>Threads</b>: whoever loads the plug-ins asks each of these methods, once and one after the
 * other. What is made may be made by any thread, and several times: each call of {@code create}
 * makes one of its own. <b>Errors</b>: a provider that throws is not used, and said to be broken; a
 * {@code create} that throws {@link PluginConfigException} says what the user should change.
 *
 * <p>While {@code create} runs, and while a transport is called, the thread's context class loader
 * is that of a plug-in that was loaded from a plug-in directory. Queues, policies and sources that
 * need it later set it themselves.
 *
 * @since 0.1.0
 */
public interface PluginProvider {
  /**
   * The name it is picked by, for example {@code file}: lower-case letters, digits, dots and
   * hyphens, the first a letter; unique among the plug-ins of its kind.
   */
  String id();

  /** Returns {@link SpiVersion#CURRENT}, literally. */
  int spiVersion();

  /** What it is for, in one line without a full stop. */
  String description();

  /**
   * The options it takes, each key once; a key that is not among them is an error of the user's.
   */
  default List<PluginOption<?>> options() {
    return List.of();
  }

  /**
   * The option that the argument sets: {@code path} for {@code file:out.log}. One of the options;
   * null if it takes no argument.
   */
  default @Nullable PluginOption<?> argument() {
    return null;
  }
}
