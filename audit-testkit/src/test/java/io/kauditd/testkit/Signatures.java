// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import java.io.IOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What can be seen of a module from outside, one line a type and one a member, sorted: names,
 * generic types, nullness, exceptions, and the values that a compiler copies.
 */
final class Signatures {
  private final Collection<String> lines = new TreeSet<>();

  private Signatures() {}

  /** The lines of all public types below a directory of class files. */
  static List<String> of(Path classes) throws IOException {
    var signatures = new Signatures();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Signatures::isType).toList()) {
        String name = classes.relativize(file).toString().replace('/', '.');
        signatures.type(load(name.substring(0, name.length() - ".class".length())));
      }
    }
    return List.copyOf(signatures.lines);
  }

  private static boolean isType(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".class") && !name.contains("-info");
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Signatures.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private void type(Class<?> type) {
    if (!isVisible(type)) {
      return;
    }
    String name = name(type);
    lines.add(name + " " + header(type));
    for (Field field : type.getDeclaredFields()) {
      if (isVisible(field)) {
        lines.add(name + "." + field.getName() + ": " + field(field));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor)) {
        lines.add(name + ".new" + executable(constructor));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isVisible(method) && !method.isBridge()) {
        lines.add(
            name
                + "."
                + method.getName()
                + typeParameters(method.getTypeParameters())
                + executable(method)
                + ": "
                + name(method.getAnnotatedReturnType()));
      }
    }
  }

  /** Whether code of somebody else can name it. */
  private static boolean isVisible(Class<?> type) {
    boolean open =
        Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers());
    Class<?> outer = type.getEnclosingClass();
    return open && !type.isAnonymousClass() && (outer == null || isVisible(outer));
  }

  private static boolean isVisible(Member member) {
    int modifiers = member.getModifiers();
    boolean extensible = !Modifier.isFinal(member.getDeclaringClass().getModifiers());
    return !member.isSynthetic()
        && (Modifier.isPublic(modifiers) || (Modifier.isProtected(modifiers) && extensible));
  }

  private static String header(Class<?> type) {
    var words = new ArrayList<String>();
    String kind =
        type.isAnnotation()
            ? "annotation"
            : type.isInterface()
                ? "interface"
                : type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
    int shown = Modifier.STATIC | (kind.equals("class") ? Modifier.FINAL | Modifier.ABSTRACT : 0);
    words.add(
        Modifier.toString(
            type.getModifiers()
                & (type.getEnclosingClass() == null ? ~Modifier.STATIC & shown : shown)));
    words.add(type.isSealed() ? "sealed" : "");
    words.add(kind + typeParameters(type.getTypeParameters()));
    if (type.isRecord()) {
      words.add(
          Arrays.stream(type.getRecordComponents())
              .map(Signatures::component)
              .collect(Collectors.joining(", ", "(", ")")));
    }
    Type parent = type.getGenericSuperclass();
    if (kind.equals("class") && parent != null && parent != Object.class) {
      words.add("extends " + name(parent));
    }
    if (type.getGenericInterfaces().length > 0) {
      words.add("implements " + names(type.getGenericInterfaces()));
    }
    if (type.isSealed()) {
      words.add("permits " + names(type.getPermittedSubclasses()));
    }
    return words.stream().filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
  }

  private static String component(RecordComponent component) {
    return name(component.getAnnotatedType()) + " " + component.getName();
  }

  private static String field(Field field) {
    String modifiers =
        Modifier.toString(
            field.getModifiers() & (Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL));
    return modifiers + " " + name(field.getAnnotatedType()) + constant(field);
  }

  /** A constant's value, which the compiler copies into other people's classes. */
  private static String constant(Field field) {
    boolean copied =
        Modifier.isStatic(field.getModifiers())
            && Modifier.isFinal(field.getModifiers())
            && (field.getType().isPrimitive() || field.getType() == String.class);
    try {
      return copied ? " = " + field.get(null) : "";
    } catch (IllegalAccessException e) {
      return ""; // protected: nobody reads it but subclasses
    }
  }

  private static String executable(Executable executable) {
    String parameters =
        Arrays.stream(executable.getParameters())
            .map(Signatures::parameter)
            .collect(Collectors.joining(", ", "(", ")"));
    int shown = Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;
    String modifiers = Modifier.toString(executable.getModifiers() & shown);
    boolean isDefault = executable instanceof Method method && method.isDefault();
    String thrown =
        Arrays.stream(executable.getGenericExceptionTypes())
            .map(Signatures::name)
            .sorted()
            .collect(Collectors.joining(", "));
    return parameters
        + (thrown.isEmpty() ? "" : " throws " + thrown)
        + (modifiers.isEmpty() ? "" : " " + modifiers)
        + (isDefault ? " default" : "");
  }

  private static String parameter(Parameter parameter) {
    return name(parameter.getAnnotatedType());
  }

  private static String typeParameters(TypeVariable<?>[] variables) {
    return variables.length == 0
        ? ""
        : Arrays.stream(variables)
            .map(variable -> variable.getName() + " extends " + names(variable.getBounds()))
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String names(Type[] types) {
    return Arrays.stream(types).map(Signatures::name).collect(Collectors.joining(", "));
  }

  private static String name(AnnotatedType type) {
    return shortened(type.toString());
  }

  private static String name(Type type) {
    return shortened(type.getTypeName());
  }

  private static String shortened(String name) {
    return name.replace("org.jspecify.annotations.", "")
        .replace("Nullable()", "Nullable")
        .replace("java.lang.", "");
  }
}
