// SPDX-License-Identifier: Apache-2.0
package io.kauditd.testkit;

import io.kauditd.spi.Durations;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs each test of a contract on a thread of its own, so that a plug-in that hangs fails the test
 * and does not hang the author's build. An author's own tests stay on their thread.
 */
final class HangGuard implements InvocationInterceptor {
  /** How often it looks whether a plug-in is overdue. */
  private static final Duration LOOK = Duration.ofMillis(20);

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> test,
      ExtensionContext context)
      throws Throwable {
    guard(invocation, test);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> test,
      ExtensionContext context)
      throws Throwable {
    guard(invocation, test);
  }

  private static void guard(
      Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> call)
      throws Throwable {
    Method method = call.getExecutable();
    boolean ours =
        Contract.class.isAssignableFrom(method.getDeclaringClass())
            && method.getDeclaringClass().getPackage() == Contract.class.getPackage();
    if (!ours || !(call.getTarget().orElse(null) instanceof Contract contract)) {
      invocation.proceed();
      return;
    }
    var thrown = new AtomicReference<@Nullable Throwable>();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(method.getName())
            .start(() -> {
              try {
                invocation.proceed();
              } catch (Throwable e) { // handed on below, whatever it is
                thrown.set(e);
              }
            });
    try {
      await(thread, method.getName(), contract);
      Throwable handedOn = thrown.get();
      if (handedOn != null) {
        throw handedOn;
      }
    } catch (AssertionError e) {
      throw contract.judged(e);
    }
  }

  private static void await(Thread thread, String test, Contract contract)
      throws InterruptedException {
    Duration limit = contract.testLimit();
    long end = System.nanoTime() + limit.toNanos();
    while (!thread.join(LOOK)) {
      String overdue = contract.overdue();
      if (overdue != null) {
        throw new AssertionError(overdue + "; the thread stands at\n" + Threads.stackOf(thread));
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(hangs(test, limit, thread));
      }
    }
  }

  private static String hangs(String name, Duration limit, Thread thread) {
    String situation =
        "%s has not come to its end within %s; the thread stands at\n%s"
            .formatted(name, Durations.inWords(limit), Threads.stackOf(thread));
    int end = name.indexOf('_');
    return end < 0
        ? situation
        : Rule.valueOf(name.substring(0, end).toUpperCase(Locale.ROOT)).when("%s", situation);
  }
}
