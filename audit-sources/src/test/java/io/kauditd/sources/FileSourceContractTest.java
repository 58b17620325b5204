// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.RecordSourceContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileSourceContractTest extends RecordSourceContract {
  @TempDir Path dir;

  private RecordSource source(String content, boolean follow) throws IOException {
    Path file = Files.writeString(dir.resolve("in.log"), content);
    return new FileSource(file, follow, LineRules.of(RecordType.TRUSTED_APP));
  }

  @Override
  protected RecordSource newSource(int records) throws IOException {
    return source(Lines.numbered(records), false);
  }

  @Override
  protected String expectedText(int number) {
    return Lines.numberedText(number);
  }

  @Override
  protected RecordSource newEndlessSource() throws IOException {
    return source(Lines.numbered(1), true);
  }

  @Override
  protected RecordSource newSourceWithBadInput() throws IOException {
    String tooLong = "x".repeat(2 * AuditRecord.MAX_LENGTH_BYTES);
    return source(tooLong + "\n" + Lines.numbered(1), false);
  }

  @Override
  protected Unopenable newUnopenableSource() {
    Path nowhere = dir.resolve("not-there.log");
    return Unopenable.of(
        new FileSource(nowhere, false, LineRules.of(RecordType.TRUSTED_APP)), nowhere.toString());
  }
}
