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

  /** Whether to wait for more at the end of the file; no if not set. */
  public FileSourceBuilder follow(boolean followed) {
    this.follow = followed;
    return this;
  }

  /**
   * How its lines are read. If not set, they may have any form, and lines that are no records
   * become TRUSTED_APP.
   */
  public FileSourceBuilder rules(LineRules taken) {
    this.rules = taken;
    return this;
  }

  /**
   * The file that stores how far the records are settled, so that the next run can go on there. It
   * is created if it does not exist.
   */
  public FileSourceBuilder checkpoint(Path file) {
    this.checkpoint = file;
    return this;
  }

  /** The minimum time between two writes of the checkpoint; one second if not set. */
  public FileSourceBuilder checkpointInterval(Duration interval) {
    this.checkpointInterval = interval;
    return this;
  }

  /** Where to begin if there is no checkpoint; at the beginning if not set. */
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
