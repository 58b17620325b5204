// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.Reasons;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** Reads the {@code META-INF/services} files, to tell which jar names which provider class. */
final class PluginServices {
  /** A provider class that a services file, or a module, names; and where. */
  record Named(PluginKind kind, String className, String origin) {}

  private static final String WORD = "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*";
  private static final Pattern CLASS_NAME = Pattern.compile(WORD + "(\\." + WORD + ")*");
  private static final int MAX_LINES = 10_000;

  private PluginServices() {}

  /** The provider classes that the files name; what cannot be read is reported. */
  static List<Named> read(PluginKind kind, Enumeration<URL> files, PluginFindings findings) {
    var named = new ArrayList<Named>();
    while (files.hasMoreElements()) {
      URL file = files.nextElement();
      String origin = PluginFindings.display(jarOf(file, kind));
      try {
        for (String name : names(file)) {
          if (CLASS_NAME.matcher(name).matches()) {
            named.add(new Named(kind, name, origin));
          } else {
            findings.fail(
                origin, kind, null, kind.servicesFile() + ": '" + name + "' is not a class name");
          }
        }
      } catch (IOException e) {
        findings.fail(
            origin, kind, null, kind.servicesFile() + " cannot be read: " + Reasons.of(e));
      }
    }
    return named;
  }

  /** The services files in a jar whose names begin as ours do, whether there is such a service. */
  static List<String> filesOfOurs(Path jar) {
    try (var file = new JarFile(jar.toFile())) {
      return file.stream()
          .filter(entry -> !entry.isDirectory())
          .map(JarEntry::getName)
          .filter(name -> name.startsWith("META-INF/services/io.kauditd."))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of(); // it was read a moment ago; whoever removed it knows
    }
  }

  private static List<String> names(URL file) throws IOException {
    URLConnection connection = file.openConnection();
    connection.setUseCaches(false); // the cache would keep the jar open after the loader is closed
    try (var reader =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .limit(MAX_LINES)
          .map(line -> line.indexOf('#') < 0 ? line : line.substring(0, line.indexOf('#')))
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .distinct()
          .toList();
    }
  }

  @SuppressWarnings("deprecation") // URL(String): the text comes from a URL, cut short
  private static URL jarOf(URL file, PluginKind kind) {
    String text = file.toString();
    if (text.startsWith("file:") && text.endsWith(kind.servicesFile())) {
      try {
        return new URL(text.substring(0, text.length() - kind.servicesFile().length()));
      } catch (java.net.MalformedURLException e) {
        return file;
      }
    }
    return file;
  }
}
