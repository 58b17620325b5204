// SPDX-License-Identifier: Apache-2.0
package io.kauditd.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.dist.LauncherBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mvnw} fetches the Maven that its properties name, once; here from a folder. */
class MavenWrapperTest {
  private static final String PROPERTIES = ".mvn/wrapper/maven-wrapper.properties";
  private static final String PLACE = "org/apache/maven/apache-maven/9.9.9/";
  private static final String ARCHIVE = "apache-maven-9.9.9-bin.tar.gz";

  @TempDir private Path temp;
  private LauncherBench bench;
  private Path checkout;
  private Path archive;

  @BeforeEach
  void setUp() throws Exception {
    bench = new LauncherBench(temp);
    temp = temp.toRealPath();
    checkout = bench.ownDirectory("a checkout");
    LauncherBench.program(checkout.resolve("mvnw"), Files.readString(Path.of("../mvnw")));
    LauncherBench.program(
        temp.resolve("apache-maven-9.9.9/bin/mvn"), "#!/bin/sh\necho maven \"$@\"\n");
    archive = bench.ownDirectory("repository/" + PLACE).resolve(ARCHIVE);
    Process tar =
        new ProcessBuilder("tar", "-czf", archive.toString(), "apache-maven-9.9.9")
            .directory(temp.toFile())
            .start();
    assertThat(tar.waitFor()).isZero();
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
    properties(HexFormat.of().formatHex(sum));
  }

  private void properties(String sum) throws Exception {
    Path file = checkout.resolve(PROPERTIES);
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "distributionUrl=https://host.invalid/maven2/%s%s\ndistributionSha256Sum=%s\n"
            .formatted(PLACE, ARCHIVE, sum));
  }

  private Outcome mvnw(String... arguments) throws Exception {
    Map<String, String> environment =
        Map.of(
            "PATH",
            "/usr/bin:/bin",
            "MAVEN_USER_HOME",
            temp.resolve("home").toString(),
            "MVNW_REPOURL",
            temp.resolve("repository").toUri().toString());
    return bench.run(environment, checkout.resolve("mvnw"), arguments);
  }

  @Test
  void fetchesItOnceAndHandsTheArgumentsOn() throws Exception {
    assertThat(mvnw("-B", "verify").out()).isEqualTo("maven -B verify\n");
    Files.delete(archive);
    assertThat(mvnw("clean").out()).isEqualTo("maven clean\n");
  }

  @Test
  void refusesWhatHasAnotherSum() throws Exception {
    properties("0".repeat(64));
    Outcome outcome = mvnw("verify");
    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.err()).contains("is not what").contains(PROPERTIES);
    assertThat(temp.resolve("home/wrapper/dists")).isEmptyDirectory();
  }

  @Test
  void saysWhatToDoWhereItCannotBeFetched() throws Exception {
    Files.delete(archive);
    Outcome outcome = mvnw("verify");
    assertThat(outcome.exit()).isEqualTo(69);
    assertThat(outcome.err())
        .contains(ARCHIVE + " could not be fetched; ")
        .contains("MVNW_REPOURL");
  }

  /** What is in the tree is complete, and can be kept up to date by a program. */
  @Test
  void theTreeNamesAMavenAndItsSum() throws Exception {
    assertThat(Files.readAllLines(Path.of("..", PROPERTIES)))
        .anyMatch(line -> line.matches("distributionUrl=https://.*/maven2/.*-bin\\.tar\\.gz"))
        .anyMatch(line -> line.matches("distributionSha256Sum=[0-9a-f]{64}"));
  }
}
