// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.api.AuditLine;
import io.kauditd.api.AuditRecord;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.SpiVersion;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import io.kauditd.spi.TransportProvider;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** A transport for tests, found as any other: it takes records, or fails as it is told to. */
public final class StubTransport implements Transport {
  /** The lines of the records taken by any of these transports in this process. */
  public static final List<String> TAKEN = new CopyOnWriteArrayList<>();

  /** What becomes of a record. */
  enum Mode {
    TAKE,
    EAGAIN,
    REFUSE,
    FAULT
  }

  private final Mode mode;
  private final long longest;

  private StubTransport(Mode mode, long longest) {
    this.mode = mode;
    this.longest = longest;
  }

  @Override
  public OpenResult open(TransportContext context) {
    return OpenResult.connected();
  }

  @Override
  public SendResult send(RecordBatch batch) {
    AuditRecord record = Objects.requireNonNull(batch.next());
    if (record.text().length() > longest) {
      return SendResult.failed(0, SendError.REJECTED, "the stub takes none so long");
    }
    return switch (mode) {
      case TAKE -> {
        TAKEN.add(AuditLine.format(record));
        yield SendResult.sent(1);
      }
      case EAGAIN -> SendResult.failed(0, SendError.EAGAIN, "the stub takes nothing");
      case REFUSE -> SendResult.failed(0, SendError.ECONNREFUSED, "the stub refuses");
      case FAULT -> throw new IllegalStateException("a fault of the stub");
    };
  }

  @Override
  public void rotate() {
    System.err.println("stub: rotate");
  }

  @Override
  public void resume() {
    System.err.println("stub: resume");
  }

  @Override
  public void close() {}

  /** Makes them. */
  public static final class Provider implements TransportProvider {
    private static final PluginOption<Mode> MODE =
        PluginOption.choice("mode", Mode.class, "what becomes of a record").withDefault(Mode.TAKE);
    private static final PluginOption<Long> SIZE =
        PluginOption.number("size", 0, 10, "shares its name with a source's").withDefault(1L);
    private static final PluginOption<Long> LONGEST =
        PluginOption.number("longest", 0, 1 << 20, "the longest text that it takes")
            .withDefault(1L << 20);

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
      return "A transport for tests";
    }

    @Override
    public List<PluginOption<?>> options() {
      return List.of(MODE, SIZE, LONGEST);
    }

    @Override
    public PluginOption<?> argument() {
      return MODE;
    }

    @Override
    public Transport create(PluginConfig config) {
      return new StubTransport(config.get(MODE), config.get(LONGEST));
    }
  }
}
