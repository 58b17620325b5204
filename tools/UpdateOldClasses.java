// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars into a folder, with the class files that are older than Java 6 brought up to Java 8.
 *
 * <p>The JVM keeps no class of before Java 6 in a start-up cache: it would have to be verified the
 * old way, at every start. picocli is compiled for Java 5, all 228 classes of it, and loading them
 * took a quarter of the time of {@code audit --version}. The code stays the same, instruction by
 * instruction; it gets the stack maps that newer class files must have.
 *
 * <p>Arguments: the folder, then the jars.
 */
public final class UpdateOldClasses {
  private static final int OLDEST_KEPT = ClassFile.JAVA_6_VERSION;
  private static final String NOTICE =
      "The class files of this jar older than Java 6 were given the format of Java 8 and stack maps"
          + " by kauditd's build; nothing else was changed.\n";

  private final ClassFile format;

  private UpdateOldClasses(Path jar) throws MalformedURLException {
    ClassHierarchyResolver inJar =
        ClassHierarchyResolver.ofResourceParsing(
            new URLClassLoader(new URL[] {jar.toUri().toURL()}));
    this.format =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                inJar.orElse(ClassHierarchyResolver.defaultResolver())));
  }

  /** Leaves alone what is there and newer than the jar it was made from. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    for (int i = 1; i < args.length; i++) {
      Path jar = Path.of(args[i]);
      Path copy = folder.resolve(jar.getFileName());
      if (!Files.exists(copy)
          || Files.getLastModifiedTime(copy).compareTo(Files.getLastModifiedTime(jar)) < 0) {
        Path unfinished = folder.resolve(jar.getFileName() + ".new");
        new UpdateOldClasses(jar).copy(jar, unfinished);
        Files.deleteIfExists(copy);
        Files.move(unfinished, copy);
      }
    }
  }

  private void copy(Path jar, Path copy) throws IOException {
    try (ZipFile from = new ZipFile(jar.toFile());
        OutputStream file = Files.newOutputStream(copy);
        ZipOutputStream to = new ZipOutputStream(file)) {
      long timeMs = 0;
      for (ZipEntry entry : Collections.list(from.entries())) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        timeMs = entry.getTime();
        write(
            to,
            entry.getName(),
            timeMs,
            entry.getName().endsWith(".class") ? update(bytes) : bytes);
      }
      write(to, "META-INF/MODIFIED.txt", timeMs, NOTICE.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void write(ZipOutputStream to, String name, long timeMs, byte[] bytes)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(timeMs);
    to.putNextEntry(entry);
    to.write(bytes);
    to.closeEntry();
  }

  private byte[] update(byte[] bytes) {
    ClassModel old = format.parse(bytes);
    if (old.majorVersion() >= OLDEST_KEPT) {
      return bytes;
    }
    // A transformation of the code that changes nothing still has its stack maps computed.
    MethodTransform same = MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL);
    return format.build(
        old.thisClass().asSymbol(),
        builder -> {
          for (ClassElement element : old) {
            switch (element) {
              case ClassFileVersion _ -> builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
              case MethodModel method -> builder.transformMethod(method, same);
              default -> builder.with(element);
            }
          }
        });
  }
}
