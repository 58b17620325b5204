// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.RecordSourceContract;

class GenerateSourceContractTest extends RecordSourceContract {
  private static final int SIZE_BYTES = 64;

  @Override
  protected RecordSource newSource(int records) {
    return new GenerateSource(records, 0, SIZE_BYTES, RecordType.TRUSTED_APP);
  }

  @Override
  protected String expectedText(int number) {
    return new String(GenerateSource.text(number, SIZE_BYTES), US_ASCII);
  }

  @Override
  protected RecordSource newEndlessSource() {
    return new GenerateSource(0, 100, SIZE_BYTES, RecordType.TRUSTED_APP);
  }
}
