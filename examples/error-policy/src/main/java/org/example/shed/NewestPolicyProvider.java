// SPDX-License-Identifier: Apache-2.0
package org.example.shed;

import io.kauditd.spi.ErrorPolicyProvider;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginConfigException;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.SpiVersion;
import java.util.List;

/** What ServiceLoader finds: makes the policy that was picked as {@code newest}. */
public final class NewestPolicyProvider implements ErrorPolicyProvider {
  private static final PluginOption<String> MATTER =
      PluginOption.string("matter", "the types that matter, with commas between them")
          .withDefault(Priorities.KEPT_BY_DEFAULT);

  /** For ServiceLoader. */
  public NewestPolicyProvider() {}

  @Override
  public String id() {
    return "newest";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "Keeps the newest records of those that matter, and the newest of all others";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(MATTER);
  }

  @Override
  public NewestPolicy create(PluginConfig config) {
    try {
      return new NewestPolicy(Priorities.of(config.get(MATTER), ""));
    } catch (PluginConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new PluginConfigException(e.getMessage(), e);
    }
  }
}
