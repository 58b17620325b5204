// SPDX-License-Identifier: Apache-2.0
package io.kauditd.spi;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * One option of a plug-in: a key, the kind of its value, a default, and a description. Immutable. A
 * key consists of lower-case words with hyphens; any other causes an {@link
 * IllegalArgumentException}.
 *
 * @param <T> the type of the value
 * @since 0.1.0
 */
public final class PluginOption<T> {
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,19}");
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,18})\\s*([A-Za-z]*)");

  private final String key;
  private final String kind;
  private final String description;
  private final Function<String, T> parser;
  private final Function<T, String> writer;
  private final @Nullable T defaultValue;
  private final boolean required;
  private final boolean family;

  private PluginOption(
      String key,
      String kind,
      String description,
      Function<String, T> parser,
      Function<T, String> writer,
      @Nullable T defaultValue,
      boolean required,
      boolean family) {
    this.key = checkedKey(key);
    this.kind = kind;
    this.description = description;
    this.parser = parser;
    this.writer = writer;
    this.defaultValue = defaultValue;
    this.required = required;
    this.family = family;
  }

  private static String checkedKey(String key) {
    if (!KEY.matcher(Objects.requireNonNull(key, "key")).matches()) {
      throw new IllegalArgumentException(
          "option key '" + key + "' is not in lower-case words with hyphens");
    }
    return key;
  }

  private static <T> PluginOption<T> option(
      String key, String kind, String description, Function<String, T> parser) {
    return option(key, kind, description, parser, PluginOption::written);
  }

  private static <T> PluginOption<T> option(
      String key,
      String kind,
      String description,
      Function<String, T> parser,
      Function<T, String> writer) {
    return new PluginOption<>(key, kind, description, parser, writer, null, false, false);
  }

  /** Any text, including leading and trailing spaces. */
  public static PluginOption<String> string(String key, String description) {
    return option(key, "text", description, text -> text);
  }

  /** A whole number between {@code min} and {@code max}, both included. */
  public static PluginOption<Long> number(String key, long min, long max, String description) {
    String kind =
        max == Long.MAX_VALUE
            ? "a whole number of at least " + min
            : "a whole number between " + min + " and " + max;
    return option(key, kind, description, text -> inRange(parseNumber(text.strip()), min, max));
  }

  /** {@code true} or {@code false}, also {@code yes}, {@code no}, {@code on}, {@code off}. */
  public static PluginOption<Boolean> bool(String key, String description) {
    return option(key, "true or false", description, text -> parseBoolean(text.strip()));
  }

  /** A duration, 0 or longer: {@code 500ms}, {@code 2s}, {@code 5m}, {@code 1h}. */
  public static PluginOption<Duration> duration(String key, String description) {
    return option(
        key,
        "a duration such as 500ms, 2s, 5m or 1h",
        description,
        text -> parseDuration(text.strip()));
  }

  /** A duration between two bounds, both included. */
  public static PluginOption<Duration> duration(
      String key, Duration min, Duration max, String description) {
    String kind =
        "a duration between " + Durations.asSetting(min) + " and " + Durations.asSetting(max);
    return option(key, kind, description, text -> inRange(parseDuration(text.strip()), min, max));
  }

  /**
   * A size in bytes, between {@code min} and {@code max}, both included: {@code 4096}, {@code
   * 64KiB}, {@code 8MiB}, {@code 2GiB}. {@code K}, {@code M}, {@code G} are the same units.
   */
  public static PluginOption<Long> sizeBytes(String key, long min, long max, String description) {
    String range =
        max == Long.MAX_VALUE
            ? "of at least " + sizeInWords(min)
            : "between " + sizeInWords(min) + " and " + sizeInWords(max);
    return option(
        key,
        "a size " + range + sizeExamples(min, max),
        description,
        text -> inRange(parseSize(text.strip()), min, max),
        PluginOption::sizeAsSetting);
  }

  /** The path of a file or directory. A name may begin or end with a space. */
  public static PluginOption<Path> path(String key, String description) {
    return option(key, "a path", description, PluginOption::parsePath);
  }

  /** One of the constants of an enumeration, in lower case with hyphens. */
  public static <E extends Enum<E>> PluginOption<E> choice(
      String key, Class<E> choices, String description) {
    String kind =
        Arrays.stream(choices.getEnumConstants())
            .map(PluginOption::choiceName)
            .collect(Collectors.joining(", ", "one of ", ""));
    return option(
        key,
        kind,
        description,
        text ->
            Arrays.stream(choices.getEnumConstants())
                .filter(choice -> choiceName(choice).equals(text.strip()))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  /**
   * A value of another kind.
   *
   * @param kind what values it takes, in words: {@code a record type, by name or number}
   * @param parser throws an {@link IllegalArgumentException} for a text that is no such value
   */
  public static <T> PluginOption<T> custom(
      String key, String kind, String description, Function<String, T> parser) {
    return option(key, kind, description, parser);
  }

  /**
   * All settings whose key begins with {@code key.}, for a plug-in that passes the settings of a
   * library on. {@code family("kafka", …)} takes {@code kafka.security.protocol}; the value maps
   * {@code security.protocol} to the user's text, and is an empty map if there is none. The plug-in
   * checks the names.
   */
  public static PluginOption<Map<String, String>> family(String key, String description) {
    return new PluginOption<>(
        key,
        "settings " + key + ".NAME",
        description,
        text -> refused(key),
        PluginOption::written,
        Map.of(),
        false,
        true);
  }

  private static Map<String, String> refused(String key) {
    throw new PluginConfigException(
        "option '" + key + "' has no value of its own; write " + key + ".NAME=VALUE");
  }

  /** The same option with a default, which is not checked against the bounds. */
  public PluginOption<T> withDefault(T value) {
    return new PluginOption<>(key, kind, description, parser, writer, value, false, family);
  }

  /** The same option, which the user must set. */
  public PluginOption<T> asRequired() {
    return new PluginOption<>(key, kind, description, parser, writer, null, true, family);
  }

  /** The key: lower-case words with hyphens. */
  public String key() {
    return key;
  }

  /** Whether it is a {@link #family}. */
  public boolean isFamily() {
    return family;
  }

  /** Whether a user's key sets this option, or belongs to this family. */
  public boolean takes(String written) {
    return family
        ? written.startsWith(key + ".") && written.length() > key.length() + 1
        : written.equals(key);
  }

  /** The kind of its value, in words. */
  public String kind() {
    return kind;
  }

  /** The description. */
  public String description() {
    return description;
  }

  /** Whether the user must set it. */
  public boolean isRequired() {
    return required;
  }

  /** The value if the user sets none. */
  public @Nullable T defaultValue() {
    return defaultValue;
  }

  /**
   * The default as a user would write it, for help and listings: {@code 256MiB}, {@code 5m}, {@code
   * all-of-it}. A {@link #custom} value is written by its {@code toString}, unless it is a
   * duration, an enum constant or a collection. Null if there is no default, and for a {@link
   * #family}.
   */
  public @Nullable String defaultText() {
    return defaultValue == null || family ? null : writer.apply(defaultValue);
  }

  /**
   * The value that a text stands for.
   *
   * @throws PluginConfigException naming the key, the text and the kind of value
   */
  public T parse(String text) {
    try {
      return parser.apply(text);
    } catch (PluginConfigException e) {
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new PluginConfigException(
          "option '" + key + "': '" + text + "' is not valid; it takes " + kind, e);
    }
  }

  private static long inRange(long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException("out of range");
    }
    return value;
  }

  private static Duration inRange(Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException("out of range");
    }
    return value;
  }

  private static long parseNumber(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException("no number");
    }
    return Long.parseLong(text);
  }

  private static boolean parseBoolean(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1" -> true;
      case "false", "no", "off", "0" -> false;
      default -> throw new IllegalArgumentException("not a truth value");
    };
  }

  private static Duration parseDuration(String text) {
    Matcher m = match(text);
    long amount = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m", "min" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> {
        if (amount == 0) {
          yield Duration.ZERO;
        }
        throw new IllegalArgumentException("no unit");
      }
    };
  }

  private static long parseSize(String text) {
    Matcher m = match(text);
    long amount = Long.parseLong(m.group(1));
    return switch (m.group(2).toLowerCase(Locale.ROOT)) {
      case "", "b" -> amount;
      case "k", "kib" -> Math.multiplyExact(amount, 1L << 10);
      case "m", "mib" -> Math.multiplyExact(amount, 1L << 20);
      case "g", "gib" -> Math.multiplyExact(amount, 1L << 30);
      default -> throw new IllegalArgumentException("unknown unit");
    };
  }

  private static String written(Object value) {
    return switch (value) {
      case Enum<?> choice -> choiceName(choice);
      case Duration time -> Durations.asSetting(time);
      case Collection<?> several ->
          several.stream().map(PluginOption::written).collect(Collectors.joining(","));
      default -> value.toString();
    };
  }

  /** In the largest unit that gives a whole number. */
  private static String sizeAsSetting(long bytes) {
    int units = bytes == 0 ? 0 : Math.min(Long.numberOfTrailingZeros(bytes) / 10, 3);
    return switch (units) {
      case 3 -> (bytes >> 30) + "GiB";
      case 2 -> (bytes >> 20) + "MiB";
      case 1 -> (bytes >> 10) + "KiB";
      default -> Long.toString(bytes);
    };
  }

  /** How sizes are written, as far as the examples are in the range. */
  private static String sizeExamples(long min, long max) {
    return LongStream.of(64 << 10, 8 << 20)
        .filter(bytes -> min <= bytes && bytes <= max)
        .mapToObj(PluginOption::sizeAsSetting)
        .reduce((one, other) -> one + " or " + other)
        .map(examples -> ", such as " + examples)
        .orElse("");
  }

  private static String sizeInWords(long bytes) {
    String setting = sizeAsSetting(bytes);
    return setting.endsWith("B") ? setting : Counts.of(bytes, "byte");
  }

  private static Matcher match(String text) {
    Matcher m = NUMBER_AND_UNIT.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("no number");
    }
    return m;
  }

  private static Path parsePath(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String choiceName(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public String toString() {
    return key;
  }
}
