// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import io.kauditd.spi.PluginProvider;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks a {@link ServiceLoader} with its iterator and a catch around each step, so that a broken
 * provider never hides the others.
 *
 * <p>The iterator does not always say which provider failed: a class whose superclass is missing
 * causes a bare {@link LinkageError}. So the services files and module descriptors are read, too. A
 * provider that they name, and that the iterator did not return, is examined separately.
 */
final class PluginSearch {
  /** More steps than any class path has providers; a walk that does not end is stopped here. */
  private static final int MAX_STEPS = 10_000;

  private static final String ANYWHERE = "class path or module path";

  private final PluginFindings findings;

  PluginSearch(PluginFindings findings) {
    this.findings = findings;
  }

  /** Looks through a class loader, and the named modules that can be seen from it. */
  void classLoader(ClassLoader loader) {
    for (PluginKind kind : PluginKind.values()) {
      var named = new ArrayList<PluginServices.Named>();
      try {
        named.addAll(PluginServices.read(kind, loader.getResources(kind.servicesFile()), findings));
      } catch (IOException e) {
        findings.fail(ANYWHERE, kind, null, "it cannot be searched: " + PluginFaults.named(e));
      }
      named.addAll(providedBy(ModuleLayer.boot(), kind));
      walk(kind, ServiceLoader.load(kind.providerType(), loader), named);
      for (PluginServices.Named missed : named) {
        explain(missed, () -> Class.forName(missed.className(), false, loader));
      }
    }
  }

  /** Looks through a module layer and its parents. */
  void layer(ModuleLayer layer) {
    for (PluginKind kind : PluginKind.values()) {
      var named = new ArrayList<PluginServices.Named>();
      for (ModuleLayer each : withParents(layer)) {
        named.addAll(providedBy(each, kind));
      }
      walk(kind, ServiceLoader.load(layer, kind.providerType()), named);
      for (PluginServices.Named missed : named) {
        explain(missed, () -> loadFrom(layer, missed.className()));
      }
    }
  }

  private void walk(
      PluginKind kind,
      ServiceLoader<? extends PluginProvider> services,
      List<PluginServices.Named> named) {
    Iterator<? extends PluginProvider> providers = services.iterator();
    String before = "";
    for (int step = 0; step < MAX_STEPS; step++) {
      try {
        if (!providers.hasNext()) {
          return;
        }
        findings.add(kind, providers.next());
        before = "";
      } catch (ServiceConfigurationError e) {
        String message = PluginFaults.describe(e) + e.getMessage();
        if (message.equals(before)) {
          return; // the same step again: the iterator does not get past it
        }
        before = message;
        report(kind, e, named);
      } catch (LinkageError e) {
        before = ""; // explain() finds out whose it is
      }
    }
  }

  private void report(
      PluginKind kind, ServiceConfigurationError error, List<PluginServices.Named> named) {
    String message = String.valueOf(error.getMessage());
    if (message.contains(kind.servicesFile())) {
      return; // a fault of the file itself, which PluginServices has reported
    }
    for (PluginServices.Named each : named) {
      if (message.matches(
          "(?s).*\\b" + java.util.regex.Pattern.quote(each.className()) + "\\b.*")) {
        findings.failClass(each.origin(), kind, each.className(), error);
        return;
      }
    }
    findings.fail(ANYWHERE, kind, null, PluginFaults.describe(error));
  }

  private void explain(PluginServices.Named missed, Loading loading) {
    if (findings.knows(missed.className())) {
      return;
    }
    try {
      loading.load();
      findings.fail(
          missed.origin(),
          missed.kind(),
          null,
          missed.className() + " was passed over, for another line of the services file is wrong");
    } catch (ClassNotFoundException | LinkageError e) {
      findings.failClass(missed.origin(), missed.kind(), missed.className(), e);
    }
  }

  private static List<PluginServices.Named> providedBy(ModuleLayer layer, PluginKind kind) {
    var named = new ArrayList<PluginServices.Named>();
    for (var module : layer.configuration().modules()) {
      for (ModuleDescriptor.Provides provides : module.reference().descriptor().provides()) {
        if (provides.service().equals(kind.providerType().getName())) {
          for (String className : provides.providers()) {
            named.add(new PluginServices.Named(kind, className, originOf(module.reference())));
          }
        }
      }
    }
    return named;
  }

  private static String originOf(ModuleReference module) {
    return module
        .location()
        .map(uri -> {
          try {
            return PluginFindings.display(uri.toURL());
          } catch (java.net.MalformedURLException | IllegalArgumentException e) {
            return uri.toString();
          }
        })
        .orElse("module " + module.descriptor().name());
  }

  private static void loadFrom(ModuleLayer layer, String className) throws ClassNotFoundException {
    for (ModuleLayer each : withParents(layer)) {
      for (Module module : each.modules()) {
        if (module.getPackages().contains(packageOf(className))) {
          @Nullable Class<?> loaded = Class.forName(module, className);
          if (loaded == null) {
            throw new ClassNotFoundException(className);
          }
          return;
        }
      }
    }
    throw new ClassNotFoundException(className);
  }

  private static String packageOf(String className) {
    int dot = className.lastIndexOf('.');
    return dot < 0 ? "" : className.substring(0, dot);
  }

  private static Set<ModuleLayer> withParents(ModuleLayer layer) {
    var all = new java.util.LinkedHashSet<ModuleLayer>();
    var open = new java.util.ArrayDeque<ModuleLayer>(List.of(layer));
    var known = new HashSet<ModuleLayer>();
    while (!open.isEmpty()) {
      ModuleLayer next = open.remove();
      if (known.add(next)) {
        all.add(next);
        open.addAll(next.parents());
      }
    }
    return all;
  }

  /** Loads a class, only to see whether that works. */
  private interface Loading {
    void load() throws ClassNotFoundException;
  }
}
