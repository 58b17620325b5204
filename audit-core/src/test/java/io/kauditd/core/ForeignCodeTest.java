// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.kauditd.api.AuditSettings;
import io.kauditd.api.AuditStatus;
import io.kauditd.api.FailureMode;
import io.kauditd.api.LostReason;
import io.kauditd.api.MulticastListener;
import io.kauditd.api.PanicHandler;
import io.kauditd.fixtures.Await;
import io.kauditd.spi.AuditQueue;
import io.kauditd.spi.ErrorPolicy;
import io.kauditd.spi.OpenResult;
import io.kauditd.spi.RecordBatch;
import io.kauditd.spi.SendError;
import io.kauditd.spi.SendResult;
import io.kauditd.spi.Transport;
import io.kauditd.spi.TransportContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Walks the table of docs/internals/containment.md: each method that the engine calls and did not
 * write, against each way in which such code can go wrong. The rows are read off the interfaces, so
 * that a method that is added is walked too.
 *
 * <p>Each cell runs an engine with its thread. While the fault lasts records are logged and the
 * daemon is in trouble as well, so that every place is come to. Then both are well again.
 */
@Timeout(300)
class ForeignCodeTest {
  private static final int LIMIT = 4;

  private static final ThreadLocal<Boolean> IN_CALL_BACK = ThreadLocal.withInitial(() -> false);

  /** How code goes wrong: a column of the table. */
  enum Fault {
    RETURNS_NULL,
    THROWS_EXCEPTION,
    THROWS_STACK_OVERFLOW,
    THROWS_LINKAGE_ERROR,
    THROWS_OUT_OF_MEMORY,
    LEAVES_INTERRUPT,
    CALLS_BACK,
    CLOSES,
    BLOCKS,
    RETURNS_LEAST,
    RETURNS_MOST;

    boolean applies(Method method) {
      Class<?> returned = method.getReturnType();
      return switch (this) {
        case RETURNS_NULL -> !returned.isPrimitive();
        case RETURNS_LEAST, RETURNS_MOST -> returned == long.class || returned == int.class;
        default -> true;
      };
    }

    boolean throwsSomething() {
      return name().startsWith("THROWS");
    }
  }

  /** Where the engine calls what it did not write: some rows of the table. */
  private record Part(String name, Class<?> type) {}

  private static final List<Part> PARTS =
      List.of(
          new Part("transport", Transport.class),
          new Part("main queue", AuditQueue.class),
          new Part("retry queue", AuditQueue.class),
          new Part("hold queue", AuditQueue.class),
          new Part("policy", ErrorPolicy.class),
          new Part("listener", MulticastListener.class),
          new Part("printk", Printk.class),
          new Part("panic handler", PanicHandler.class),
          new Part("backlog wait", BacklogWait.class),
          new Part("clock", EngineClock.class));

  static Stream<Arguments> cells() {
    List<Arguments> cells = new ArrayList<>();
    for (Part part : PARTS) {
      for (Method method : methods(part.type())) {
        for (Fault fault : Fault.values()) {
          if (fault.applies(method)) {
            cells.add(Arguments.of(part.name(), method.getName(), fault));
          }
        }
      }
    }
    return cells.stream();
  }

  private static List<Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .sorted(Comparator.comparing(Method::getName))
        .toList();
  }

  private final AtomicInteger met = new AtomicInteger();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicReference<@Nullable Kauditd> engine = new AtomicReference<>();
  private volatile boolean faulty = true;

  @BeforeEach
  void forgetLines() {
    CapturingLogProvider.reset();
  }

  @AfterEach
  void letGo() {
    faulty = false;
    released.countDown();
  }

  /** The object, with a fault in one of its methods for as long as {@link #faulty}. */
  @SuppressWarnings("ReferenceEquality") // a proxy is itself
  private <T> T with(Class<T> type, T delegate, String method, Fault fault) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, called, arguments) -> {
              if (called.getDeclaringClass() == Object.class) {
                return called.getName().equals("equals")
                    ? self == arguments[0]
                    : called.invoke(delegate, arguments);
              }
              if (faulty && called.getName().equals(method) && !IN_CALL_BACK.get()) {
                met.incrementAndGet();
                switch (fault) {
                  case RETURNS_NULL -> {
                    return null;
                  }
                  case RETURNS_LEAST, RETURNS_MOST -> {
                    return extreme(called.getReturnType(), fault == Fault.RETURNS_MOST);
                  }
                  default -> happen(fault);
                }
              }
              try {
                return called.invoke(delegate, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(proxy);
  }

  private static Object extreme(Class<?> type, boolean most) {
    if (type == int.class) {
      return most ? Integer.MAX_VALUE : Integer.MIN_VALUE;
    }
    return most ? Long.MAX_VALUE : Long.MIN_VALUE;
  }

  private void happen(Fault fault) {
    switch (fault) {
      case THROWS_EXCEPTION -> throw new IllegalStateException("a fault of the test");
      case THROWS_STACK_OVERFLOW -> throw new StackOverflowError("a fault of the test");
      case THROWS_LINKAGE_ERROR -> throw new NoClassDefFoundError("org/example/Client");
      case THROWS_OUT_OF_MEMORY -> throw new OutOfMemoryError("a fault of the test");
      case LEAVES_INTERRUPT -> Thread.currentThread().interrupt();
      case CALLS_BACK -> callBack();
      case CLOSES -> {
        Kauditd audit = engine.get();
        if (audit != null) {
          audit.close(Duration.ofMillis(1));
        }
      }
      case BLOCKS -> Waits.await(released, Long.MAX_VALUE / 4);
      case RETURNS_NULL, RETURNS_LEAST, RETURNS_MOST -> throw new AssertionError(fault);
    }
  }

  /** All that can be called, by code that is called by it. */
  private void callBack() {
    Kauditd audit = engine.get();
    if (audit == null) {
      return; // the engine is being built
    }
    IN_CALL_BACK.set(true); // once is enough, and else it has no end
    try {
      MulticastListener none = record -> {};
      audit.addListener(none);
      audit.log(1112, "from within");
      audit.event().log(1112, "from within");
      audit.configure(settings -> settings.withRateLimit(0));
      audit.status();
      audit.removeListener(none);
    } finally {
      IN_CALL_BACK.set(false);
    }
  }

  /** A daemon that has every kind of trouble until it is well. */
  private static final class Troubled implements Transport {
    private int calls;
    private volatile boolean well;

    @Override
    public OpenResult open(TransportContext context) {
      return calls++ % 3 == 2 ? OpenResult.failed("trouble") : OpenResult.connected(7);
    }

    @Override
    public SendResult send(RecordBatch batch) {
      batch.next();
      if (well) {
        return SendResult.sent(1);
      }
      return switch (calls++ % 9) {
        case 0, 1, 2, 3, 4, 5 -> SendResult.failed(0, SendError.EAGAIN, "trouble");
        case 6 -> SendResult.failed(0, SendError.ECONNREFUSED, "trouble");
        case 7 -> SendResult.failed(0, SendError.REJECTED, "trouble");
        default -> SendResult.sent(1);
      };
    }

    @Override
    public void reset() {}

    @Override
    public void close() {}
  }

  private final Troubled troubled = new Troubled();

  private Kauditd start(String part, String method, Fault fault) {
    Class<?> type =
        PARTS.stream().filter(p -> p.name().equals(part)).findFirst().orElseThrow().type();
    KauditdBuilder builder =
        Kauditd.builder()
            .settings(
                AuditSettings.DEFAULTS
                    .withBacklogLimit(LIMIT)
                    .withBacklogWaitTimeMs(1)
                    .withFailureMode(
                        part.equals("panic handler") ? FailureMode.PANIC : FailureMode.PRINTK))
            .transport("troubled", troubled)
            .retryPauses(Duration.ofMillis(1), Duration.ofMillis(1))
            .reopenPauses(Duration.ofMillis(1), Duration.ofMillis(1))
            .rest(Duration.ZERO)
            .printk(Printk.silent())
            .panicHandler(message -> {});
    MulticastListener listener = record -> {};
    switch (part) {
      case "transport" -> builder.transport("t", with(Transport.class, troubled, method, fault));
      case "main queue" -> builder.mainQueue(queue(method, fault));
      case "retry queue" -> builder.retryQueue(queue(method, fault));
      case "hold queue" -> builder.holdQueue(queue(method, fault));
      case "policy" ->
          builder.policy("p", with(ErrorPolicy.class, KernelPolicy.MAINLINE, method, fault));
      case "listener" -> listener = with(MulticastListener.class, listener, method, fault);
      case "printk" -> builder.printk(with(Printk.class, Printk.silent(), method, fault));
      case "panic handler" ->
          builder.panicHandler(with(PanicHandler.class, message -> {}, method, fault));
      case "backlog wait" ->
          builder.backlogWait(with(BacklogWait.class, new ConditionWait(), method, fault));
      case "clock" -> builder.clock(with(EngineClock.class, EngineClock.SYSTEM, method, fault));
      default -> throw new AssertionError(part + " " + type);
    }
    Kauditd audit = builder.start();
    audit.addListener(listener);
    engine.set(audit);
    return audit;
  }

  private AuditQueue queue(String method, Fault fault) {
    return with(AuditQueue.class, new MemoryQueue(), method, fault);
  }

  @ParameterizedTest(name = "{0}.{1} {2}")
  @MethodSource("cells")
  void isContained(String part, String method, Fault fault) throws Exception {
    // Builders call clocks and queues; what blocks there blocks its caller, who gave it.
    faulty = fault != Fault.BLOCKS && fault != Fault.CLOSES;
    Kauditd audit = start(part, method, fault);
    faulty = true;
    var thrown = new AtomicReference<@Nullable Throwable>();
    Thread producer = Thread.ofVirtual().start(() -> log(audit, 100, thrown));
    if (fault == Fault.BLOCKS) {
      audit.status(); // waits for nobody
    } else {
      producer.join();
    }
    AuditStatus during = audit.status();
    assertThat(during.ledger().balances()).as("while it lasts: %s", during.ledger()).isTrue();

    letGo();
    troubled.well = true;
    producer.join();
    if (fault != Fault.CLOSES || met.get() == 0) {
      isWellAgain(audit, thrown);
    }
    AuditStatus end = audit.close(Duration.ofSeconds(20));

    assertThat(thrown.get()).as("what the program saw").isNull();
    assertThat(end.closed()).isTrue();
    assertThat(end.ledger().balances()).as("%s", end.ledger()).isTrue();
    assertThat(end.lost()).isEqualTo(end.ledger().droppedTotal() - notHeld(end));
    if (fault.throwsSomething() && met.get() > 0) {
      isNamedOnce(method);
    }
  }

  private static long notHeld(AuditStatus status) {
    return status.ledger().dropped(LostReason.NOT_HELD);
  }

  private static void log(Kauditd audit, int records, AtomicReference<@Nullable Throwable> thrown) {
    try {
      for (int i = 0; i < records; i++) {
        audit.log(1112, "n=" + i);
      }
    } catch (Throwable e) {
      thrown.set(e);
    }
  }

  /** The thread delivers what is logged now, and then sleeps. */
  private static void isWellAgain(Kauditd audit, AtomicReference<@Nullable Throwable> thrown)
      throws Exception {
    Await.until("what waited is delivered", () -> audit.status().ledger().waiting() == 0);
    long before = audit.status().ledger().delivered();
    log(audit, 1, thrown);
    Await.until("a record is delivered", () -> audit.status().ledger().delivered() > before);
    Await.until("the kauditd thread sleeps", () -> audit.isIdle());
  }

  private static void isNamedOnce(String method) throws Exception {
    List<String> named =
        CapturingLogProvider.allLines().stream()
            .filter(line -> line.contains("." + method + " "))
            .toList();
    assertThat(named).as("%s", CapturingLogProvider.lines()).hasSize(1);
  }

  @Test
  void aLoggingBackendThatThrowsConcernsNobody() throws Exception {
    CapturingLogProvider.beforeLine(() -> {
      throw new IllegalStateException("the log server is gone");
    });
    theProgramGoesOn();
  }

  @Test
  void aLoggingBackendThatBlocksConcernsNobody() throws Exception {
    CapturingLogProvider.beforeLine(() -> Waits.await(released, Long.MAX_VALUE / 4));
    theProgramGoesOn();
  }

  private void theProgramGoesOn() throws Exception {
    Kauditd audit =
        Kauditd.builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT))
            .transport("troubled", troubled)
            .retryPauses(Duration.ofMillis(1), Duration.ofMillis(1))
            .reopenPauses(Duration.ofMillis(1), Duration.ofMillis(1))
            .start();
    var thrown = new AtomicReference<@Nullable Throwable>();
    log(audit, 1_000, thrown);
    troubled.well = true;
    isWellAgain(audit, thrown);

    AuditStatus end = audit.close(Duration.ofSeconds(20));

    assertThat(thrown.get()).isNull();
    assertThat(end.closed()).isTrue();
    assertThat(end.ledger().balances()).isTrue();
  }

  /** An appender that logs what it is given, under a lock that the program's threads wait under. */
  @Test
  void anAppenderThatLogsIntoTheEngineUnderALockHoldsNobodyUp() throws Exception {
    Object appender = new Object();
    troubled.well = false;
    Kauditd audit =
        Kauditd.builder()
            .settings(AuditSettings.DEFAULTS.withBacklogLimit(LIMIT).withBacklogWaitTimeMs(60_000))
            .transport("troubled", troubled)
            .retryPauses(Duration.ofMillis(1), Duration.ofMillis(1))
            .reopenPauses(Duration.ofMillis(1), Duration.ofMillis(1))
            .start();
    CapturingLogProvider.beforeLine(() -> {
      synchronized (appender) {
        audit.log(1112, "a line of the log");
      }
    });
    var thrown = new AtomicReference<@Nullable Throwable>();
    Thread program =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 300; i++) {
                synchronized (appender) {
                  log(audit, 1, thrown);
                }
              }
            });

    program.join(); // ended by the time limit if anybody waits in vain

    assertThat(thrown.get()).isNull();
    assertThat(audit.close(Duration.ofSeconds(20)).ledger().balances()).isTrue();
  }

  @Test
  void aChangeThatConfiguresTheLogItselfIsEnded() {
    AuditEngine passive = Kauditd.builder().transport("t", troubled).passive();

    org.assertj.core.api.Assertions.assertThatThrownBy(() ->
            passive.configure(settings -> {
              passive.configure(s -> s.withRateLimit(s.rateLimit() + 1));
              return settings.withBacklogLimit(1);
            }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does it configure the log itself?");
    assertThat(passive.status().settings().backlogLimit())
        .isEqualTo(AuditSettings.EMBEDDED.backlogLimit());
  }

  /** The document has a row for each method that is walked here. */
  @Test
  void theDocumentHasEachRow() {
    Path document = Path.of("..", "docs", "internals", "containment.md");
    String text;
    try {
      text = Files.readString(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Part part : PARTS) {
      for (Method method : methods(part.type())) {
        assertThat(text).contains("`" + part.type().getSimpleName() + "." + method.getName() + "`");
      }
    }
  }
}
