// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.PluginOption;
import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.SpiVersion;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a search has found so far. Each provider is asked about itself here, once. A provider that
 * throws then is a failure, and does not affect the others.
 */
final class PluginFindings {
  private static final Pattern ID = Pattern.compile("[a-z][a-z0-9.-]{0,63}");

  private final List<PluginEntry> found = new ArrayList<>();
  private final List<PluginFailure> failures = new ArrayList<>();
  private final Set<Class<?>> seen = new HashSet<>();
  private final Set<String> reported = new HashSet<>();

  List<PluginEntry> found() {
    return found;
  }

  List<PluginFailure> failures() {
    return failures;
  }

  /** Whether a provider class of this name has been dealt with, for better or worse. */
  boolean knows(String className) {
    return reported.contains(className)
        || seen.stream().anyMatch(type -> type.getName().equals(className));
  }

  /** Takes a provider in, or reports what is wrong with it. */
  void add(PluginKind kind, PluginProvider provider) {
    if (!seen.add(provider.getClass())) {
      return; // the same class, found by way of two loaders
    }
    String origin = originOf(provider.getClass());
    String id = null;
    try {
      id = idOf(provider);
      int version = provider.spiVersion();
      if (version != SpiVersion.CURRENT) {
        fail(origin, kind, id, versionReason(version));
        return;
      }
      found.add(entry(kind, id, version, origin, provider));
    } catch (BadProvider e) {
      fail(origin, kind, id, provider.getClass().getName() + ": " + e.getMessage());
    } catch (Throwable e) { // plug-in code: anything can come out of it
      PluginFaults.rethrowFatal(e);
      fail(
          origin,
          kind,
          id,
          provider.getClass().getName() + " cannot be asked: " + PluginFaults.describe(e));
    }
  }

  /** Reports a provider class that could not be made. */
  void failClass(String origin, PluginKind kind, String className, Throwable fault) {
    if (reported.add(className)) {
      fail(origin, kind, null, PluginFaults.describe(fault, className, kind));
    }
  }

  /** Reports a failure. */
  void fail(String origin, @Nullable PluginKind kind, @Nullable String id, String reason) {
    failures.add(new PluginFailure(origin, kind, id, reason));
  }

  private static PluginEntry entry(
      PluginKind kind, String id, int version, String origin, PluginProvider provider)
      throws BadProvider {
    List<PluginOption<?>> options = List.copyOf(provider.options());
    var keys = new HashSet<String>();
    for (PluginOption<?> option : options) {
      if (!keys.add(option.key())) {
        throw new BadProvider("it declares the option '" + option.key() + "' twice");
      }
    }
    PluginOption<?> argument = provider.argument();
    if (argument != null && !keys.contains(argument.key())) {
      throw new BadProvider("its argument '" + argument.key() + "' is not one of its options");
    }
    String description = provider.description();
    if (description == null || description.isBlank()) {
      throw new BadProvider("it has no description");
    }
    return new PluginEntry(kind, id, description, version, options, argument, origin, provider);
  }

  private static String idOf(PluginProvider provider) throws BadProvider {
    String id = provider.id();
    if (id == null || !ID.matcher(id).matches()) {
      throw new BadProvider(
          "its id "
              + (id == null ? "is null" : "'" + id + "' is not valid")
              + "; an id has lower-case letters, digits, dots and hyphens, and begins with a"
              + " letter");
    }
    return id;
  }

  private static String versionReason(int version) {
    return "it was compiled against version "
        + version
        + " of the SPI and this program has version "
        + SpiVersion.CURRENT
        + "; "
        + (version > SpiVersion.CURRENT
            ? "use a newer kauditd or an older version of the plug-in"
            : "use a version of the plug-in made for this kauditd");
  }

  /** The jar or directory that a class comes from. */
  static String originOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    return location == null ? "unknown place" : display(location);
  }

  /** A location as a user would write it. */
  static String display(URL location) {
    String text = location.toString();
    if (text.startsWith("jar:") && text.contains("!/")) {
      text = text.substring("jar:".length(), text.indexOf("!/"));
    }
    if (text.startsWith("file:")) {
      try {
        return Path.of(new java.net.URI(text)).toString();
      } catch (URISyntaxException | IllegalArgumentException e) {
        return text; // odd, but it still tells where
      }
    }
    return text;
  }

  /** A provider that answers, but not as the SPI says. */
  private static final class BadProvider extends Exception {
    private static final long serialVersionUID = 1L;

    BadProvider(String message) {
      super(message);
    }
  }
}
