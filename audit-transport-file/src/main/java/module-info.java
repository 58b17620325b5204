// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The transport {@code file}: appends to a log that ausearch can read. */
@NullMarked
module io.kauditd.transport.file {
  requires static org.jspecify;
  requires transitive io.kauditd.api;
  requires io.kauditd.files;
  requires org.slf4j;
  requires static com.github.luben.zstd_jni; // for compress=zstd

  exports io.kauditd.transport.file;

  provides io.kauditd.spi.TransportProvider with
      io.kauditd.transport.file.FileTransportProvider;
}
