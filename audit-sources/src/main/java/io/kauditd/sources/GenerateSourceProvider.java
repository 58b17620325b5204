// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.PluginConfig;
import io.kauditd.spi.PluginOption;
import io.kauditd.spi.RecordSource;
import io.kauditd.spi.RecordSourceProvider;
import io.kauditd.spi.SpiVersion;
import java.util.List;

/**
 * Provides the source {@code generate}.
 *
 * @since 0.1.0
 */
public final class GenerateSourceProvider implements RecordSourceProvider {
  static final PluginOption<Long> COUNT =
      PluginOption.number("count", 0, Long.MAX_VALUE, "records to make, 0 for no end")
          .withDefault(0L);
  static final PluginOption<Long> RATE =
      PluginOption.number(
              "rate", 0, 1_000_000_000, "records a second, 0 for as fast as they are taken")
          .withDefault(0L);
  static final PluginOption<Long> SIZE =
      PluginOption.sizeBytes(
              "size",
              GenerateSource.MIN_SIZE_BYTES,
              AuditRecord.MAX_LENGTH_BYTES,
              "the length of a record's text")
          .withDefault(200L);
  static final PluginOption<Integer> TYPE =
      PluginOption.custom(
              "type",
              SourceOptions.TYPE.kind(),
              "the type of the records",
              SourceOptions::parseType)
          .withDefault(RecordType.TRUSTED_APP);

  /** For {@link java.util.ServiceLoader}. */
  public GenerateSourceProvider() {}

  @Override
  public String id() {
    return "generate";
  }

  @Override
  public int spiVersion() {
    return SpiVersion.CURRENT;
  }

  @Override
  public String description() {
    return "records with a sequence number, as many and as fast as asked for";
  }

  @Override
  public List<PluginOption<?>> options() {
    return List.of(COUNT, RATE, SIZE, TYPE);
  }

  @Override
  public PluginOption<?> argument() {
    return COUNT;
  }

  @Override
  public RecordSource create(PluginConfig config) {
    return new GenerateSource(
        config.get(COUNT), config.get(RATE), config.get(SIZE).intValue(), config.get(TYPE));
  }
}
