// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Describes and makes a plug-in: its id, the SPI version it was compiled against, and its options.
 * {@link java.util.ServiceLoader} finds providers. Each kind of plug-in has a provider interface
 * that extends this one.
 *
 * <p>A provider has a public constructor without arguments that does nothing. A provider never does
 * I/O and never starts a thread.
 *
 * <p><b>Threads</b>: the code that loads the plug-ins calls each of these methods once, one after
 * the other. Any thread may call {@code create}, several times; each call makes a new plug-in.
 * <b>Errors</b>: a provider that throws is reported as broken and not used. A {@code create} that
 * throws {@link PluginConfigException} tells the user what to change.
 *
 * <p>For a plug-in from a plug-in directory, the thread's context class loader is the plug-in's
 * while {@code create} runs and while a transport is called. Queues, policies and sources that need
 * it later set it themselves.
 *
 * @since 0.1.0
 */
public interface PluginProvider {
  /**
   * The name that users pick it by, for example {@code file}: lower-case letters, digits, dots and
   * hyphens, beginning with a letter; unique among the plug-ins of its kind.
   */
  String id();

  /** Returns {@link SpiVersion#CURRENT}, literally. */
  int spiVersion();

  /** The purpose of the plug-in, in one line without a full stop. */
  String description();

  /**
   * The options of the plug-in, each key once. Any other key in the user's settings is an error.
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
