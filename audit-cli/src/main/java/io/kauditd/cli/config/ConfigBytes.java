// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.config;

import io.kauditd.files.Place;
import io.kauditd.spi.Reasons;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * The bytes of a configuration file. Whether it is a file is judged of what was found, before it is
 * opened: a pipe would wait for its writer, and a device may have no end.
 */
final class ConfigBytes {
  private static final int MAX_BYTES = 16 * 1024 * 1024;

  private ConfigBytes() {}

  /**
   * Reads them.
   *
   * @throws IOException whose message is the reason
   */
  static byte[] of(Path file) throws IOException {
    try (Place place = Place.at(file)) {
      if (!place.status().isRegular()) {
        throw new IOException("it is not a file");
      }
      try (FileChannel channel = place.open(Set.of(StandardOpenOption.READ));
          InputStream in = Channels.newInputStream(channel)) {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
          throw new IOException("it has more than " + MAX_BYTES + " bytes");
        }
        return bytes;
      }
    } catch (NoSuchFileException e) {
      throw new IOException("there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException("permission denied", e);
    } catch (IOException e) {
      throw new IOException(Reasons.of(e), e);
    }
  }
}
