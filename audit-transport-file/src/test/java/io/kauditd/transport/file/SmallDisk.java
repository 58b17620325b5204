// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.file;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of a few pages, mounted for one test. Skips the test where it cannot be. */
final class SmallDisk implements AutoCloseable {
  private final Path root;

  private SmallDisk(Path root) {
    this.root = root;
  }

  static SmallDisk mount(Path dir, int sizeKib) throws Exception {
    Path root = Files.createDirectory(dir.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + sizeKib + "k", "tmpfs", root + ""),
        "a tmpfs cannot be mounted here (it takes root)");
    return new SmallDisk(root);
  }

  private static boolean run(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  Path root() {
    return root;
  }

  /** Leaves room for so many bytes and no more; the file that takes the rest can be deleted. */
  Path fillUpTo(long freeBytes) throws IOException {
    Path filler = root.resolve("filler");
    long usable = Files.getFileStore(root).getUsableSpace();
    Files.write(filler, new byte[(int) (usable - freeBytes)]);
    return filler;
  }

  @Override
  public void close() throws Exception {
    if (!run("umount", root.toString())) {
      run("umount", "-l", root.toString());
    }
  }
}
