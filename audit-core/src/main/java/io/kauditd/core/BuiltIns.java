// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.AuditQueueProvider;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.ErrorPolicyProvider;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.QueueRole;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportProvider;
import java.util.List;

/**
 * The providers of the plug-ins in this module.
 *
 * @since 0.1.0
 */
public final class BuiltIns {
  private BuiltIns() {}

  /** An id and a description, for plug-ins without options. */
  abstract static class Plain implements PluginProvider {
    private final String id;
    private final String description;

    Plain(String id, String description) {
      this.id = id;
      this.description = description;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public int spiVersion() {
      return SpiVersion.CURRENT;
    }

    @Override
    public String description() {
      return description;
    }
  }

  /** {@link MemoryQueue}. */
  public static final class Memory extends Plain implements AuditQueueProvider {
    /** For ServiceLoader. */
    public Memory() {
      super("memory", "A queue in memory; what is in it is gone with the program");
    }

    @Override
    public AuditQueue create(QueueRole role, PluginConfig config) {
      return new MemoryQueue();
    }
  }

  /** {@link MemoryTransport}. */
  public static final class MemoryTransports extends Plain implements TransportProvider {
    private static final PluginOption<Long> KEEP =
        PluginOption.number("keep", 1, 10_000_000, "how many of the last records it keeps")
            .withDefault(1000L);

    /** For ServiceLoader. */
    public MemoryTransports() {
      super("memory", "Keeps the last records in memory, for tests and embedding");
    }

    @Override
    public List<PluginOption<?>> options() {
      return List.of(KEEP);
    }

    @Override
    public PluginOption<?> argument() {
      return KEEP;
    }

    @Override
    public Transport create(PluginConfig config) {
      return new MemoryTransport(Math.toIntExact(config.get(KEEP)));
    }
  }

  /** {@link NullTransport}. */
  public static final class NullTransports extends Plain implements TransportProvider {
    /** For ServiceLoader. */
    public NullTransports() {
      super("null", "Takes every record and forgets it, for measuring");
    }

    @Override
    public Transport create(PluginConfig config) {
      return new NullTransport();
    }
  }

  /** {@link KernelPolicy#MAINLINE}. */
  public static final class Mainline extends Plain implements ErrorPolicyProvider {
    /** For ServiceLoader. */
    public Mainline() {
      super("mainline", "As Linux 5.17 and later, with the 2022 patch; the default");
    }

    @Override
    public ErrorPolicy create(PluginConfig config) {
      return KernelPolicy.MAINLINE;
    }
  }

  /** {@link KernelPolicy#RFC}. */
  public static final class Rfc extends Plain implements ErrorPolicyProvider {
    /** For ServiceLoader. */
    public Rfc() {
      super("rfc", "As the 2022 patch was first posted");
    }

    @Override
    public ErrorPolicy create(PluginConfig config) {
      return KernelPolicy.RFC;
    }
  }

  /** {@link KernelPolicy#V5_16}. */
  public static final class Before extends Plain implements ErrorPolicyProvider {
    /** For ServiceLoader. */
    public Before() {
      super("v5.16", "As Linux 5.16, before the patch: for comparison, not for use");
    }

    @Override
    public ErrorPolicy create(PluginConfig config) {
      return KernelPolicy.V5_16;
    }
  }

  /** {@link OrderedPolicy}. */
  public static final class Ordered extends Plain implements ErrorPolicyProvider {
    /** For ServiceLoader. */
    public Ordered() {
      super(OrderedPolicy.ID, "Records arrive in the order they were logged, always");
    }

    @Override
    public ErrorPolicy create(PluginConfig config) {
      return new OrderedPolicy();
    }
  }
}
