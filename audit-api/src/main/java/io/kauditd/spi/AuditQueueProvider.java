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
   * Makes the queue for one role. Unlike other plug-ins a queue is opened as it is made, since what
   * it brings along from an earlier run counts from the start.
   *
   * @throws PluginConfigException if the options do not fit together, or not the role
   * @throws IOException if the queue's medium cannot be opened
   */
  AuditQueue create(QueueRole role, PluginConfig config) throws IOException;

  /**
   * What would keep {@link #create} from succeeding now, a sentence each, as far as that can be
   * told without making or changing anything; none if nothing is known. {@code audit run --check}
   * asks.
   *
   * <p><b>Thread</b>: any. <b>Blocking</b>: for the disk, a second at most.
   *
   * @throws PluginConfigException if the options do not fit together, or not the role
   */
  default List<String> check(QueueRole role, PluginConfig config) {
    return List.of();
  }
}
