// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.command;

import io.kauditd.files.OutputFile;
import io.kauditd.spi.Reasons;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A file that the user named for results. It is written as a whole or not at all. If it is a
 * device, a pipe or a link, it is written through.
 *
 * @param option the option that names it, {@code --summary}
 * @param path the file
 */
public record ResultFile(String option, Path path) {
  /** How long the reader of a pipe may let the end of a command wait. */
  private static final Duration READER_PATIENCE = Duration.ofSeconds(10);

  private OutputFile file() {
    return new OutputFile(
        path, new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
  }

  /**
   * Checks at the start that it can be written at the end.
   *
   * @throws UserError if not
   */
  public void check() {
    try {
      file().check();
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  /**
   * Writes all of it.
   *
   * @throws UserError if that fails
   */
  public void write(byte[] content) {
    write(content, READER_PATIENCE);
  }

  void write(byte[] content, Duration patience) {
    try {
      if (file().isPipe()) {
        writeToReader(content, patience);
      } else {
        file().write(content);
      }
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  /** On a thread of its own: the system waits without end for who opens and reads a pipe. */
  private void writeToReader(byte[] content, Duration patience) throws IOException {
    var failure = new AtomicReference<@Nullable IOException>();
    Thread writer =
        Thread.ofPlatform()
            .name("results")
            .daemon(true)
            .start(() -> {
              try {
                file().write(content);
              } catch (IOException e) {
                failure.set(e);
              }
            });
    try {
      if (!writer.join(patience)) {
        throw new IOException("it is a pipe that nobody reads; start its reader first");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    IOException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  /**
   * Opens it for appending. If it is created, only its owner can read it.
   *
   * @throws UserError if that fails
   */
  public OutputStream append() {
    try {
      return file().append();
    } catch (IOException e) {
      throw cannotBeWritten(e);
    }
  }

  private UserError cannotBeWritten(IOException e) {
    return new UserError(
        ExitCode.INPUT_OUTPUT, option + ": '" + path + "' cannot be written: " + reason(e), e);
  }

  private static String reason(IOException e) {
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "permission denied";
    }
    return Reasons.of(e);
  }
}
