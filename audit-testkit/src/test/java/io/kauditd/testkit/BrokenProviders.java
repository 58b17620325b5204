// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.core.KernelPolicy;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.ErrorPolicyProvider;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.SpiVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Providers that each break a rule. */
final class BrokenProviders {
  private static final String NOT_REGISTERED = "the providers of this test are in no services file";

  private BrokenProviders() {}

  /** A provider that follows the rules that can be followed without a services file. */
  static class Plain implements ErrorPolicyProvider {
    static final PluginOption<String> NAME = PluginOption.string("name", "what it is called");

    @Override
    public String id() {
      return "plain";
    }

    @Override
    public int spiVersion() {
      return SpiVersion.CURRENT;
    }

    @Override
    public String description() {
      return "For a test";
    }

    @Override
    public List<PluginOption<?>> options() {
      return List.of(NAME);
    }

    @Override
    public PluginOption<?> argument() {
      return NAME;
    }

    @Override
    public ErrorPolicy create(PluginConfig config) {
      return KernelPolicy.MAINLINE;
    }
  }

  abstract static class Base extends PluginProviderContract {
    @Override
    protected Map<String, String> deviations() {
      var all = new HashMap<>(Declared.by(getClass()));
      all.putIfAbsent("G5", NOT_REGISTERED);
      return all;
    }
  }

  /** Follows every rule. */
  static class Sound extends Base {
    @Override
    protected PluginProvider newProvider() {
      return new Plain();
    }
  }

  @Broken(rule = Rule.G1, test = "g1_theIdIsWellFormed", says = "My Policy")
  static class HasAnOddId extends Base {
    @Override
    protected PluginProvider newProvider() {
      return new Plain() {
        @Override
        public String id() {
          return "My Policy";
        }
      };
    }
  }

  @Broken(
      rule = Rule.G2,
      test = "g2_theSpiVersionIsTheOneItWasCompiledAgainst",
      says = "spiVersion()")
  static class HasAVersionOfItsOwn extends Base {
    @Override
    protected PluginProvider newProvider() {
      return new Plain() {
        @Override
        public int spiVersion() {
          return 20260101;
        }
      };
    }
  }

  @Broken(rule = Rule.G3, test = "g3_theDescriptionIsOneLine", says = "It is a policy.")
  static class TellsAStory extends Base {
    @Override
    protected PluginProvider newProvider() {
      return new Plain() {
        @Override
        public String description() {
          return "It is a policy.";
        }
      };
    }
  }

  @Broken(
      rule = Rule.G4,
      test = "g4_theOptionsAreWellFormed",
      says = "the argument 'name' is not among the options")
  static class HasAStrayArgument extends Base {
    @Override
    protected PluginProvider newProvider() {
      return new Plain() {
        @Override
        public List<PluginOption<?>> options() {
          return List.of();
        }
      };
    }
  }

  @Broken(
      rule = Rule.G5,
      test = "g5_serviceLoaderFindsTheProvider",
      says = "ServiceLoader was asked for the providers of its kind")
  static class IsNotRegistered extends PluginProviderContract {
    @Override
    protected Map<String, String> deviations() {
      return Declared.by(getClass());
    }

    @Override
    protected PluginProvider newProvider() {
      return new Plain();
    }
  }

  @Broken(
      rule = Rule.G6,
      test = "g6_createMakesThePlugin",
      says = {
        "create threw java.lang.IllegalStateException: option 'name' has no value",
        "with options {}"
      })
  static class NeedsWhatIsNotRequired extends Base {
    @Override
    protected Map<String, String> someOptions() {
      return Map.of("name", "x");
    }

    @Override
    protected PluginProvider newProvider() {
      return new Plain() {
        @Override
        public ErrorPolicy create(PluginConfig config) {
          return config.get(NAME).isEmpty() ? KernelPolicy.RFC : KernelPolicy.MAINLINE;
        }
      };
    }
  }
}
