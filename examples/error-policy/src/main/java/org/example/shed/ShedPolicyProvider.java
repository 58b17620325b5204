// SPDX-License-Identifier: Apache-2.0
package org.example.shed;

import io.kauditd.core.KernelPolicy;
import io.kauditd.spi.ErrorPolicyProvider;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import java.util.List;

/** What ServiceLoader finds: makes the policy that was picked as {@code shed}. */
public final class ShedPolicyProvider implements ErrorPolicyProvider {
  private static final PluginOption<String> KEEP =
      PluginOption.string("keep", "the types that are never shed, with commas between them")
          .withDefault(Priorities.KEPT_BY_DEFAULT);
  private static final PluginOption<String> CHATTY =
      PluginOption.string("chatty", "the types that are shed first")
          .withDefault(Priorities.CHATTY_BY_DEFAULT);
  private static final PluginOption<Long> CHATTY_PERCENT =
      PluginOption.number(
              "chatty-percent", 0, 100, "how full a queue is when chatty types are shed")
          .withDefault(50L);
  private static final PluginOption<Long> NORMAL_PERCENT =
      PluginOption.number(
              "normal-percent", 0, 100, "how full it is when all are shed but those to keep")
          .withDefault(80L);

  /** For ServiceLoader. */
  public ShedPolicyProvider() {}

  @Override
  public String id() {
    return "shed";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "As mainline, but keeps room for logins and denials while the queues fill up";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(KEEP, CHATTY, CHATTY_PERCENT, NORMAL_PERCENT);
  }

  @Override
  public ShedPolicy create(PluginConfig config) {
    try {
      return new ShedPolicy(
          KernelPolicy.MAINLINE,
          Priorities.of(config.get(KEEP), config.get(CHATTY)),
          config.get(CHATTY_PERCENT).intValue(),
          config.get(NORMAL_PERCENT).intValue());
    } catch (PluginConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new PluginConfigException(e.getMessage(), e);
    }
  }
}
