// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.PluginProvider;
import io.kauditd.spi.Reasons;
import java.io.File;
import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loads a directory of plug-ins: each jar in it is one plug-in, and so is each sub-directory, with
 * the jars of its libraries. Each has its own {@link PluginClassLoader}.
 *
 * <p>This class reads the services files itself, because {@link java.util.ServiceLoader} would also
 * return the application's providers for every plug-in.
 */
final class PluginDirectory {
  private final PluginFindings findings;
  private final ClassLoader application;
  private final List<PluginClassLoader> loaders = new ArrayList<>();

  PluginDirectory(PluginFindings findings, ClassLoader application) {
    this.findings = findings;
    this.application = application;
  }

  /** The class loaders made, to be closed when the plug-ins are no longer used. */
  List<PluginClassLoader> loaders() {
    return loaders;
  }

  /** Loads what is in the directory, in the order of the names. */
  void load(Path directory) {
    for (Path entry : list(directory)) {
      String name = String.valueOf(entry.getFileName());
      if (name.startsWith(".")) {
        continue;
      }
      if (Files.isDirectory(entry)) {
        loadPlugin(entry, list(entry).stream().filter(PluginDirectory::isJarName).toList());
      } else if (isJarName(entry)) {
        loadPlugin(entry, List.of(entry));
      }
    }
  }

  private List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      findings.fail(directory.toString(), null, null, "it cannot be listed: " + Reasons.of(e));
      return List.of();
    }
  }

  private static boolean isJarName(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".jar");
  }

  private void loadPlugin(Path place, List<Path> jars) {
    var readable = new ArrayList<Path>();
    for (Path jar : jars) {
      if (isReadableJar(jar)) {
        readable.add(jar);
      }
    }
    if (readable.isEmpty()) {
      if (jars.isEmpty()) {
        findings.fail(place.toString(), null, null, "there is no jar in this directory");
      }
      return;
    }
    var loader =
        new PluginClassLoader(
            String.valueOf(place.getFileName()),
            readable.stream().map(PluginDirectory::url).toArray(URL[]::new),
            application);
    loaders.add(loader);
    int failuresBefore = findings.failures().size();
    List<PluginServices.Named> named = named(loader, readable);
    named.forEach(each -> instantiate(each, loader));
    if (named.isEmpty() && findings.failures().size() == failuresBefore) {
      findings.fail(place.toString(), null, null, noPlugin(readable));
    }
  }

  /**
   * Says what is missing, and what was perhaps meant: the services file has the provider's name.
   */
  private static String noPlugin(List<Path> jars) {
    String files =
        Stream.of(PluginKind.values())
            .map(kind -> kind.providerType().getSimpleName())
            .collect(Collectors.joining(", ", "META-INF/services/io.kauditd.spi.{", "}"));
    List<String> others =
        jars.stream().flatMap(jar -> PluginServices.filesOfOurs(jar).stream()).toList();
    return "there is no plug-in in it, for it names none in "
        + files
        + (others.isEmpty()
            ? "; a library belongs beside the plug-in that uses it, in a directory of their own"
            : "; it has " + String.join(", ", others) + ", which is read by nobody");
  }

  private boolean isReadableJar(Path jar) {
    try (var file = new JarFile(jar.toFile())) {
      return file.size() >= 0;
    } catch (IOException e) {
      String reason =
          Files.isReadable(jar)
              ? "it is not a jar, or a damaged one: " + Reasons.of(e)
              : "it cannot be read: " + Reasons.of(e);
      findings.fail(jar.toString(), null, null, reason);
      return false;
    }
  }

  private List<PluginServices.Named> named(PluginClassLoader loader, List<Path> jars) {
    var named = new LinkedHashMap<String, PluginServices.Named>();
    for (PluginKind kind : PluginKind.values()) {
      try {
        for (PluginServices.Named each :
            PluginServices.read(kind, loader.findResources(kind.servicesFile()), findings)) {
          named.putIfAbsent(kind + each.className(), each);
        }
      } catch (IOException e) {
        findings.fail(loader.getName(), kind, null, Reasons.of(e));
      }
    }
    jars.forEach(jar -> addProvided(jar, named));
    return List.copyOf(named.values());
  }

  /** A jar made for the module path alone says in its descriptor what a services file would say. */
  private void addProvided(Path jar, Map<String, PluginServices.Named> named) {
    try {
      for (ModuleReference module : ModuleFinder.of(jar).findAll()) {
        if (module.descriptor().isAutomatic()) {
          continue; // all it has comes from the services files
        }
        for (ModuleDescriptor.Provides provides : module.descriptor().provides()) {
          for (PluginKind kind : PluginKind.values()) {
            if (provides.service().equals(kind.providerType().getName())) {
              for (String name : provides.providers()) {
                named.putIfAbsent(
                    kind + name, new PluginServices.Named(kind, name, jar.toString()));
              }
            }
          }
        }
      }
    } catch (FindException e) {
      // No module can be made of it, for example for its name; as a plain jar it may still serve.
      return;
    }
  }

  private void instantiate(PluginServices.Named named, PluginClassLoader loader) {
    try {
      Class<?> type = Class.forName(named.className(), true, loader);
      Object provider = make(named.kind(), type);
      findings.add(named.kind(), named.kind().providerType().cast(provider));
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      findings.failClass(named.origin(), named.kind(), named.className(), e);
    } catch (Throwable e) { // a constructor throws what it likes
      PluginFaults.rethrowFatal(e);
      findings.failClass(named.origin(), named.kind(), named.className(), e);
    }
  }

  private static Object make(PluginKind kind, Class<?> type) throws ReflectiveOperationException {
    Class<? extends PluginProvider> wanted = kind.providerType();
    for (Method method : type.getMethods()) {
      if (method.getName().equals("provider")
          && Modifier.isStatic(method.getModifiers())
          && method.getParameterCount() == 0
          && wanted.isAssignableFrom(method.getReturnType())) {
        return method.invoke(null);
      }
    }
    if (!wanted.isAssignableFrom(type)) {
      throw new ClassCastException(type.getName() + " does not implement " + wanted.getName());
    }
    return type.getConstructor().newInstance();
  }

  private static URL url(Path jar) {
    try {
      return new File(jar.toString()).toURI().toURL();
    } catch (java.net.MalformedURLException e) {
      throw new IllegalStateException("a file always has a URL: " + jar, e);
    }
  }
}
