// SPDX-License-Identifier: Apache-2.0
package io.kauditd.bench;

import io.kauditd.transport.file.FileTransport;
import io.kauditd.transport.file.FlushMode;
import java.nio.file.Path;
import java.util.Locale;
import org.jctools.queues.MpscArrayQueue;

/** The relays by name. */
final class Relays {
  private static final String ENGINE = "engine-";

  private Relays() {}

  /** Those that take records and do nothing with them, and whose producers wait for room. */
  static Relay toNowhere(String name) {
    Taken taken = new Taken();
    return switch (name) {
      case "engine" -> EngineRelay.toNowhere(EngineRelay.What.RECORD, taken);
      case "engine-text" -> EngineRelay.toNowhere(EngineRelay.What.TEXT, taken);
      case "engine-coarse" -> EngineRelay.toNowhere(EngineRelay.What.TEXT_COARSE, taken);
      case "jctools" -> QueueRelay.ofOne(new MpscArrayQueue<>(Relay.CAPACITY), taken);
      case "jctools-text" -> QueueRelay.ofText(new MpscArrayQueue<>(Relay.CAPACITY), taken);
      case "agrona" -> new AgronaRelay(taken);
      case "abq" -> new ArrayBlockingQueueRelay(true, taken);
      case "log4j2" -> Log4j.toNowhere(taken);
      case "logback" -> Logback.toNowhere(true, taken);
      case "otel" -> new OpenTelemetry(true, taken);
      default -> throw unknown(name);
    };
  }

  /** Those that write to a file, and whose producers wait for room. */
  static Relay toFile(String name, Path file) {
    Taken taken = new Taken();
    return switch (name) {
      case "raw" -> new RawFile(file, 64 * 1024, false, taken);
      case "raw-1m" -> new RawFile(file, 1 << 20, false, taken);
      case "raw-force" -> new RawFile(file, 64 * 1024, true, taken);
      case "log4j2" -> Log4j.toFile(file, false, taken);
      case "log4j2-flush" -> Log4j.toFile(file, true, taken);
      case "logback" -> Logback.toFile(file, false, taken);
      case "logback-flush" -> Logback.toFile(file, true, taken);
      default -> {
        if (!name.startsWith(ENGINE)) {
          throw unknown(name);
        }
        String mode = name.substring(ENGINE.length()).toUpperCase(Locale.ROOT);
        FileTransport transport =
            FileTransport.builder(file).flush(FlushMode.valueOf(mode)).build();
        yield EngineRelay.waiting(EngineRelay.What.TEXT, transport, taken);
      }
    };
  }

  /** Those that do what they do by default when there is no room. */
  static Relay asShipped(String name, Taken taken) {
    return switch (name) {
      case "nothing" -> new Nothing();
      case "engine" -> EngineRelay.losing(Relay.CAPACITY, taken);
      case "engine-room" -> EngineRelay.losing(1 << 16, taken);
      case "abq-offer" -> new ArrayBlockingQueueRelay(false, taken);
      case "log4j2" -> Log4j.toNowhere(taken);
      case "log4j2-discard" -> Log4j.discarding(taken);
      case "logback" -> Logback.toNowhere(false, taken);
      case "otel" -> new OpenTelemetry(false, taken);
      default -> throw unknown(name);
    };
  }

  private static IllegalArgumentException unknown(String name) {
    return new IllegalArgumentException("there is no relay '" + name + "' here");
  }
}
