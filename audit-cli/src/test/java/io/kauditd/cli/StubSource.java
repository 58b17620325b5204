// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSink;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import java.io.IOException;
import java.util.List;

/** A source for tests that goes wrong. */
final class StubSource implements RecordSource {
  /** How. */
  enum Mode {
    FAULT,
    ERROR,
    PROBLEMS
  }

  private final Mode mode;

  private StubSource(Mode mode) {
    this.mode = mode;
  }

  @Override
  public void run(RecordSink sink) throws IOException {
    switch (mode) {
      case FAULT -> throw new IllegalStateException("a fault of the stub");
      case ERROR -> throw new IOException("the stub cannot be read");
      case PROBLEMS -> {
        for (int i = 1; i <= 1000; i++) {
          sink.problem("line " + i + ": is odd");
        }
      }
    }
  }

  @Override
  public void close() {}

  /** Makes them. */
  public static final class Provider implements RecordSourceProvider {
    private static final PluginOption<Mode> MODE =
        PluginOption.choice("mode", Mode.class, "how it goes wrong").withDefault(Mode.FAULT);

    /** For ServiceLoader. */
    public Provider() {}

    @Override
    public String id() {
      return "stub";
    }

    @Override
    public int spiVersion() {
      return SpiVersion.CURRENT;
    }

    @Override
    public String description() {
      return "A source for tests";
    }

    @Override
    public List<PluginOption<?>> options() {
      return List.of(MODE);
    }

    @Override
    public PluginOption<?> argument() {
      return MODE;
    }

    @Override
    public RecordSource create(PluginConfig config) {
      return new StubSource(config.get(MODE));
    }
  }
}
