// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import io.kauditd.api.RecordType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link FileSource}. Not for several threads at once.
 *
 * @since 0.1.0
 */
public final class FileSourceBuilder {
  static final Duration DEFAULT_CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

  final Path path;
  boolean follow;
  LineRules rules = LineRules.of(RecordType.TRUSTED_APP);
  @Nullable Path checkpoint;
  Duration checkpointInterval = DEFAULT_CHECKPOINT_INTERVAL;
  StartAt start = StartAt.BEGINNING;

  FileSourceBuilder(Path path) {
    this.path = path;
  }

  /** Whether to wait for more at the end of the file; no without this. */
  public FileSourceBuilder follow(boolean followed) {
    this.follow = followed;
    return this;
  }

  /** How its lines are taken; any form, with TRUSTED_APP for what is no record, without it. */
  public FileSourceBuilder rules(LineRules taken) {
    this.rules = taken;
    return this;
  }

  /**
   * The file that remembers how far the records are settled, for the next run to go on there. It is
   * made if it is not there.
   */
  public FileSourceBuilder checkpoint(Path file) {
    this.checkpoint = file;
    return this;
  }

  /** The shortest time between two writes of the checkpoint; one second without this. */
  public FileSourceBuilder checkpointInterval(Duration interval) {
    this.checkpointInterval = interval;
    return this;
  }

  /** Where to begin when there is no checkpoint to go on from; at the beginning without this. */
  public FileSourceBuilder start(StartAt where) {
    this.start = where;
    return this;
  }

  /**
   * The source.
   *
   * @throws IllegalArgumentException if the settings do not fit together
   */
  public FileSource build() {
    if (start == StartAt.CHECKPOINT && checkpoint == null) {
      throw new IllegalArgumentException("start=checkpoint needs a checkpoint");
    }
    Path state = checkpoint;
    if (state != null && isOfLog(state.toAbsolutePath().normalize())) {
      throw new IllegalArgumentException(
          "the checkpoint "
              + state
              + " has the name of the log or of a rotated one; choose another");
    }
    if (start == StartAt.END && !follow) {
      throw new IllegalArgumentException("start=end needs follow: there is nothing behind the end");
    }
    return new FileSource(this);
  }

  private boolean isOfLog(Path other) {
    Path log = path.toAbsolutePath().normalize();
    boolean beside = Objects.equals(log.getParent(), other.getParent());
    var rotated = new RotatedName(String.valueOf(log.getFileName()));
    return other.equals(log) || (beside && rotated.matches(String.valueOf(other.getFileName())));
  }
}
