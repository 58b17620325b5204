// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.PluginProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Builds real jars for the tests: compiles sources, and packs what comes out, or part of it. */
final class PluginJar {
  private final Path scratch;
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> files = new LinkedHashMap<>();
  private final List<String> left = new ArrayList<>();
  private final List<Path> libraries = new ArrayList<>();
  private UnaryOperator<byte[]> patch = bytes -> bytes;

  PluginJar(Path scratch) {
    this.scratch = scratch;
  }

  /** A provider of transports whose methods are as given; the rest is as it should be. */
  static String provider(String className, String id, String body) {
    return """
    package %s;
    import io.kauditd.spi.*;
    public class %s implements TransportProvider {
      public String id() { return "%s"; }
      public int spiVersion() { return SpiVersion.CURRENT; }
      public String description() { return "for a test"; }
      public Transport create(PluginConfig config) {
        return new Transport() {
          public OpenResult open(TransportContext context) { return OpenResult.listening(); }
          public SendResult send(RecordBatch batch) { throw new IllegalStateException(); }
          public void close() {}
          public String toString() { return "made by %s"; }
        };
      }
      %s
    }
    """
        .formatted(packageOf(className), simpleName(className), id, className, body);
  }

  /** Adds a class, by its source. */
  PluginJar source(String className, String source) {
    sources.put(className, source);
    return this;
  }

  /** Adds a transport provider that works, and names it in the services file. */
  PluginJar transport(String className, String id) {
    return source(className, provider(className, id, "")).service(className);
  }

  /** Adds a transport provider with methods of its own, and names it in the services file. */
  PluginJar transport(String className, String id, String body) {
    return source(className, provider(className, id, body)).service(className);
  }

  /** Names a class in the services file of the transports. */
  PluginJar service(String line) {
    files.merge("META-INF/services/io.kauditd.spi.TransportProvider", line + "\n", String::concat);
    return this;
  }

  /** Adds a file. */
  PluginJar file(String name, String text) {
    files.put(name, text);
    return this;
  }

  /** Compiles against a jar or directory, too. */
  PluginJar against(Path library) {
    libraries.add(library);
    return this;
  }

  /** Leaves a compiled class out of the jar. */
  PluginJar without(String className) {
    left.add(className.replace('.', '/') + ".class");
    return this;
  }

  /** Changes the bytes of every class. */
  PluginJar patched(UnaryOperator<byte[]> change) {
    patch = change;
    return this;
  }

  /** Compiles and packs. */
  Path build(Path jar) {
    try {
      Path classes = Files.createTempDirectory(scratch, "classes");
      if (!sources.isEmpty()) {
        compile(classes);
      }
      pack(classes, jar);
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(Path classes) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var path = new ArrayList<Path>(libraries);
    path.add(0, codeSource(PluginProvider.class));
    String joined = String.join(":", path.stream().map(Path::toString).toList());
    boolean module = sources.containsKey("module-info");
    var arguments =
        List.of("-d", classes.toString(), module ? "--module-path" : "--class-path", joined);
    var units = sources.entrySet().stream().map(e -> new Source(e.getKey(), e.getValue())).toList();
    var messages = new StringWriter();
    try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      if (!compiler.getTask(messages, manager, null, arguments, null, units).call()) {
        throw new IllegalStateException("the test's own source: " + messages);
      }
    }
  }

  private void pack(Path classes, Path jar) throws IOException {
    var entries = new TreeMap<String, byte[]>();
    try (Stream<Path> all = Files.walk(classes)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = classes.relativize(file).toString();
        if (!left.contains(name)) {
          entries.put(name, patch.apply(Files.readAllBytes(file)));
        }
      }
    }
    files.forEach((name, text) -> entries.put(name, text.getBytes(StandardCharsets.UTF_8)));
    try (OutputStream out = Files.newOutputStream(jar);
        var packed = new JarOutputStream(out)) {
      for (var entry : entries.entrySet()) {
        packed.putNextEntry(new JarEntry(entry.getKey()));
        packed.write(entry.getValue());
        packed.closeEntry();
      }
    }
  }

  /** Where a class was loaded from. */
  static Path codeSource(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.'));
  }

  private static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(
          URI.create(
              "string:///" + className.replace('.', '/') + JavaFileObject.Kind.SOURCE.extension),
          JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
