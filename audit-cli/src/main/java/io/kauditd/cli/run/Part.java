// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import io.kauditd.spi.RecordSource;
import io.kauditd.spi.Transport;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A source or transport of a run, with what it says that it reads from or writes to.
 *
 * @param name as the user wrote it
 */
record Part(String name, List<Path> files, Set<URI> endpoints) {
  static Part of(String name, RecordSource source) {
    return new Part(name, source.files(), source.endpoints());
  }

  static Part of(String name, Transport transport) {
    return new Part(name, transport.files(), transport.endpoints());
  }
}
