// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The sources {@code stdin}, {@code file}, {@code unix} and {@code generate}. */
@NullMarked
module io.kauditd.sources {
  requires transitive io.kauditd.api;
  requires io.kauditd.files;
  requires jdk.net; // who the peer of a Unix socket is
  requires static org.jspecify;
  requires static com.github.luben.zstd_jni; // for rotated files that are compressed so

  exports io.kauditd.sources;

  provides io.kauditd.spi.RecordSourceProvider with
      io.kauditd.sources.StdinSourceProvider,
      io.kauditd.sources.FileSourceProvider,
      io.kauditd.sources.UnixSourceProvider,
      io.kauditd.sources.GenerateSourceProvider;
}
