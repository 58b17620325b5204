// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ServiceConfigurationError;
import org.jspecify.annotations.Nullable;

/** Says in one sentence what is wrong with a plug-in that threw while it was loaded. */
final class PluginFaults {
  private static final int MAX_CAUSES = 20;

  private PluginFaults() {}

  /** What was thrown, in words that tell the author or the user what to do. */
  static String describe(Throwable thrown) {
    Throwable fault = unwrap(thrown);
    if (fault instanceof UnsupportedClassVersionError) {
      return "it was compiled for a newer Java than this one ("
          + Runtime.version().feature()
          + "): "
          + firstLine(fault);
    }
    if (fault instanceof NoClassDefFoundError || fault instanceof ClassNotFoundException) {
      return missingClass(fault);
    }
    if (fault instanceof LinkageError) {
      return "it does not fit the classes that are here, so it was compiled against another version"
          + " of them: "
          + named(fault);
    }
    if (fault instanceof ServiceConfigurationError) {
      return serviceError(fault);
    }
    return "it threw " + named(fault);
  }

  /** As {@link #describe(Throwable)}, for a provider class that could not be made. */
  static String describe(Throwable thrown, String className, PluginKind kind) {
    Throwable fault = unwrap(thrown);
    String message = firstLine(fault);
    boolean missing =
        fault instanceof ClassNotFoundException
            ? message.equals(className)
            : fault instanceof ServiceConfigurationError
                && message.endsWith("Provider " + className + " not found");
    if (missing) {
      return className
          + " is not there; correct the name in "
          + kind.servicesFile()
          + ", or pack the class";
    }
    boolean hidden =
        (fault instanceof NoSuchMethodException && message.equals(className + ".<init>()"))
            || (fault instanceof IllegalAccessException && message.contains(className))
            || fault instanceof InstantiationException;
    return className
        + " cannot be loaded: "
        + (hidden
            ? "it must be a public class with a public constructor without arguments"
            : describe(fault));
  }

  /**
   * The exception itself: its class and the first line of its message. A plain {@link IOException}
   * is the plug-in's own sentence, so its class would tell the user nothing; it is whole, because a
   * path in it can have a line break.
   */
  static String named(Throwable fault) {
    if (fault.getClass() == IOException.class && fault.getMessage() != null) {
      return fault.getMessage().strip();
    }
    String message = firstLine(fault);
    String name = fault.getClass().getName();
    if (message.isEmpty()) {
      return name;
    }
    return name + ": " + message;
  }

  /** Rethrows what says that the machine is at its end, and so is no fault of the plug-in. */
  static void rethrowFatal(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError error) {
      throw error;
    }
  }

  private static String missingClass(Throwable fault) {
    String message = firstLine(fault);
    if (message.startsWith("Could not initialize class")) {
      return named(fault);
    }
    return "it needs the class "
        + message.replace('/', '.')
        + ", which is not there; put the library that has it beside the plug-in";
  }

  private static String serviceError(Throwable fault) {
    // "io.kauditd.spi.TransportProvider: Provider com.example.X not found"
    String message = firstLine(fault);
    int colon = message.indexOf(": ");
    return message.startsWith("io.kauditd.spi.") && colon > 0
        ? message.substring(colon + 2)
        : message;
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable fault = thrown;
    for (int i = 0; i < MAX_CAUSES; i++) {
      Throwable cause = isWrapper(fault) ? fault.getCause() : null;
      if (cause == null) {
        return fault;
      }
      fault = cause;
    }
    return fault;
  }

  private static boolean isWrapper(@Nullable Throwable fault) {
    return fault instanceof ServiceConfigurationError
        || fault instanceof ExceptionInInitializerError
        || fault instanceof InvocationTargetException
        // only says which provider could not be loaded; the cause says why
        || (fault instanceof NoClassDefFoundError && fault.getCause() instanceof LinkageError);
  }

  private static String firstLine(Throwable fault) {
    String message = fault.getMessage();
    return message == null ? "" : message.lines().findFirst().orElse("").strip();
  }
}
