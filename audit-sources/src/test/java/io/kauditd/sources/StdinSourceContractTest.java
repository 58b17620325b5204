// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.spi.RecordSource;
import io.kauditd.testkit.RecordSourceContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Standard input is a channel like any other; here it is a pipe. */
class StdinSourceContractTest extends RecordSourceContract {
  private final List<Pipe.SinkChannel> writing = new ArrayList<>();

  @AfterEach
  void closePipes() throws IOException {
    for (Pipe.SinkChannel end : writing) {
      end.close();
    }
  }

  private RecordSource source(String content, boolean ends) throws IOException {
    Pipe pipe = Pipe.open();
    ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      pipe.sink().write(bytes); // less than a pipe holds
    }
    if (ends) {
      pipe.sink().close();
    } else {
      writing.add(pipe.sink());
    }
    return new StdinSource(pipe.source(), "the pipe", LineRules.of(RecordType.TRUSTED_APP));
  }

  @Override
  protected RecordSource newSource(int records) throws IOException {
    return source(Lines.numbered(records), true);
  }

  @Override
  protected String expectedText(int number) {
    return Lines.numberedText(number);
  }

  @Override
  protected RecordSource newEndlessSource() throws IOException {
    return source(Lines.numbered(1), false);
  }

  @Override
  protected RecordSource newSourceWithBadInput() throws IOException {
    String tooLong = "x".repeat(2 * AuditRecord.MAX_LENGTH_BYTES);
    return source(tooLong + "\n" + Lines.numbered(1), true);
  }
}
