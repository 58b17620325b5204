// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.run;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals of a run, which mean the same as for auditd. SIGHUP reads the configuration again,
 * SIGUSR1 begins a new log, and SIGUSR2 resumes a transport that stopped by itself. SIGTERM and
 * SIGINT drain the queues and end; a second one ends without waiting. A signal during the start is
 * handled when the run is up.
 *
 * <p>A SIGHUP because the terminal was closed ends the run like SIGTERM.
 */
final class RunSignals implements AutoCloseable {
  /** The requests to a run that is up. They are called one after the other, on one thread. */
  interface Requests {
    /** Reads the configuration again. */
    void reload();

    /** Begins a new log. */
    void rotate();

    /** Goes on after a stop. */
    void resume();

    /** Ends at once. Called on a thread of its own, also while another request is answered. */
    void hurry(String signal);
  }

  /**
   * What is asked of a run that is up. A second one of a kind that still waits says nothing new.
   */
  enum Request {
    RELOAD,
    ROTATE,
    RESUME
  }

  private static final Logger LOG = LoggerFactory.getLogger(RunSignals.class);
  private static final int SIGHUP = 1;
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private final RunEnd end;
  private final boolean hadTerminal;
  private final BlockingQueue<Request> asked = new ArrayBlockingQueue<>(Request.values().length);
  private final Map<String, Object> before = new LinkedHashMap<>();
  private final AtomicBoolean endAsked = new AtomicBoolean();
  private volatile @Nullable Requests requests;
  private volatile @Nullable Thread thread;

  private RunSignals(RunEnd end, boolean hadTerminal) {
    this.end = end;
    this.hadTerminal = hadTerminal;
  }

  /**
   * Takes the signals.
   *
   * @param hadTerminal whether the process was started on a terminal
   */
  static RunSignals take(RunEnd end, boolean hadTerminal) {
    var signals = new RunSignals(end, hadTerminal);
    HeldHangUp.release();
    BlockedSignals.unblock();
    signals.on("HUP", signals::hangUp);
    signals.on("TERM", () -> signals.end("SIGTERM", SIGTERM));
    signals.on("INT", () -> signals.end("SIGINT", SIGINT));
    signals.on("USR1", () -> signals.ask(Request.ROTATE)); // taken once the others are
    signals.on("USR2", () -> signals.ask(Request.RESUME));
    if (HeldHangUp.hadTerminal() && terminalIsGone()) {
      signals.end("SIGHUP", SIGHUP); // it went while SIGHUP was ignored
    }
    return signals;
  }

  private void on(String signal, Runnable action) {
    Object previous = Signals.register(signal, action);
    if (previous == null) {
      LOG.debug("SIG{} is not available here", signal);
    } else {
      before.put(signal, previous);
    }
  }

  /** The run is up: what was asked is answered from now on. */
  void answer(Requests answers) {
    requests = answers;
    thread = Thread.ofPlatform().name("signals").daemon(true).start(this::run);
  }

  private void run() {
    try {
      while (true) {
        carryOut(asked.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void carryOut(Request request) {
    Requests answers = requests;
    if (answers == null) {
      return; // nothing is carried out before they are there
    }
    try {
      switch (request) {
        case RELOAD -> answers.reload();
        case ROTATE -> answers.rotate();
        case RESUME -> answers.resume();
      }
    } catch (RuntimeException | Error e) { // the next signal is to be answered all the same
      LOG.error("a signal could not be answered, which is a fault of the program", e);
    }
  }

  synchronized void ask(Request request) {
    if (asked.contains(request) || !asked.offer(request)) {
      LOG.debug("a signal came that says nothing new");
    }
  }

  private void hangUp() {
    if (hadTerminal && terminalIsGone()) {
      end("SIGHUP", SIGHUP);
    } else {
      ask(Request.RELOAD);
    }
  }

  /** After a hang-up a process has no terminal any more. */
  private static boolean terminalIsGone() {
    try (var terminal = new FileInputStream("/dev/tty")) {
      return terminal.getFD() == null;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Asks for the end, or for a quick one if a signal has asked before. If the source ended by
   * itself, as when auditd closes the pipe and then sends SIGTERM, the first signal adds nothing.
   */
  void end(String name, int number) {
    if (endAsked.compareAndSet(false, true)) {
      end.signal(number);
      return;
    }
    Requests answers = requests;
    if (answers != null) {
      answers.hurry(name);
    } else {
      Runtime.getRuntime().halt(128 + number); // twice, and still not up: nothing was taken yet
    }
  }

  @Override
  public void close() {
    before.forEach(Signals::unregister);
    Thread answering = thread;
    if (answering != null) {
      answering.interrupt();
    }
  }
}
