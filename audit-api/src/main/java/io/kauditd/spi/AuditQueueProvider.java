// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.io.IOException;
import java.util.List;

/**
 * Makes queues.
 *
 * @since 0.1.0
 */
public interface AuditQueueProvider extends PluginProvider {
  /**
   * Makes the queue for one role. Unlike other plug-ins, a queue is opened here, because its
   * records from an earlier run count from the start.
   *
   * @throws PluginConfigException if the options do not fit together, or not the role
   * @throws IOException if the queue's medium cannot be opened
   */
  AuditQueue create(QueueRole role, PluginConfig config) throws IOException;

  /**
   * The reasons why {@link #create} would fail now, one sentence each, as far as they can be found
   * without creating or changing anything; empty if none is known. {@code audit run --check} asks.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: for the disk, a second at most.
   *
   * @throws PluginConfigException if the options do not fit together, or not the role
   */
  default List<String> check(QueueRole role, PluginConfig config) {
    return List.of();
  }
}
