// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.top;

import io.kauditd.cli.command.ShutdownHooks;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terminal while {@code audit top} runs: the alternate screen, without echo and cursor. However
 * the program ends, except by SIGKILL, the terminal is restored. It is drawn again when its size
 * changes, and when the program was suspended and continues.
 *
 * <p><b>Threads</b>: one reads keys, another shows views, signals come on threads of their own.
 */
final class TopTerminal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopTerminal.class);
  private static final Size USUAL_SIZE = Size.of(80, 24);

  private final Terminal terminal;
  private final Attributes before;
  private final boolean blocks;
  private final String help;
  private final Thread hook = Thread.ofPlatform().name("terminal").unstarted(this::close);
  private Display display;
  private TopHistory.@Nullable View view;
  private final Map<String, Object> signals = new LinkedHashMap<>();
  private boolean entered;
  private boolean closed;

  /** Takes the terminal of this process, if it has one that can be drawn on. */
  static Optional<TopTerminal> open(String help) {
    // JLine's own hook would close the terminal before ours has put it right.
    System.setProperty("org.jline.shutdownhook.disable", "true");
    // Nor should it ask the terminal what it can do: an answer that is late, from far away, would
    // be
    // taken for keys, or be left for the shell.
    System.setProperty("org.jline.terminal.probe.timeout", "0");
    try {
      Terminal terminal =
          TerminalBuilder.builder()
              .system(true)
              .systemOutput(TerminalBuilder.SystemOutput.SysOut)
              .dumb(false)
              .jni(false) // would unpack a native library
              .nativeSignals(false)
              .graphemeCluster(false)
              .build();
      if (terminal.getStringCapability(Capability.cursor_address) == null) {
        terminal.close();
        return Optional.empty();
      }
      return Optional.of(new TopTerminal(terminal, help));
    } catch (IOException | IllegalStateException e) {
      LOG.debug("there is no terminal to draw on", e);
      return Optional.empty();
    }
  }

  private TopTerminal(Terminal terminal, String help) {
    this.terminal = terminal;
    this.help = help;
    this.before = terminal.getAttributes();
    this.blocks = canShowBlocks(terminal.outputEncoding());
    this.display = new Display(terminal, true);
    Runtime.getRuntime().addShutdownHook(hook);
    enter();
    handle("WINCH", this::redraw);
    handle("TSTP", this::suspend);
    handle("CONT", this::enter);
  }

  private void handle(String signal, Runnable handler) {
    signals.put(signal, Signals.register(signal, handler));
  }

  static boolean canShowBlocks(Charset charset) {
    return charset.canEncode() && charset.newEncoder().canEncode("█░");
  }

  private synchronized void enter() {
    if (closed) {
      return;
    }
    terminal.enterRawMode(); // without echo, byte by byte
    Attributes raw = terminal.getAttributes();
    raw.setLocalFlag(Attributes.LocalFlag.ISIG, true); // Ctrl-C and Ctrl-Z stay the system's
    terminal.setAttributes(raw);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    entered = true;
    redraw();
  }

  private synchronized void leave() {
    if (entered) {
      entered = false;
      terminal.puts(Capability.exit_ca_mode);
      terminal.puts(Capability.cursor_normal);
      terminal.flush();
      terminal.setAttributes(before);
    }
  }

  /** What Ctrl-Z asks for; the shell wakes us with SIGCONT. */
  private void suspend() {
    leave();
    try {
      String self = Long.toString(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-STOP", self).start().waitFor();
    } catch (IOException e) {
      LOG.debug("cannot be suspended", e);
      enter();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Shows a view, and goes on showing it until the next. */
  synchronized void show(TopHistory.View next) {
    view = next;
    draw();
  }

  private synchronized void redraw() {
    display = new Display(terminal, true); // nothing of the old picture is where it was
    terminal.puts(Capability.clear_screen);
    draw();
  }

  private void draw() {
    TopHistory.View current = view;
    if (!entered || current == null) {
      return;
    }
    Size size = terminal.getSize();
    if (size.getColumns() <= 0 || size.getRows() <= 0) {
      size = USUAL_SIZE; // a line that does not tell
    }
    display.resize(size);
    display.update(TopScreen.fit(current, size.getColumns(), size.getRows(), blocks, help), 0);
  }

  /**
   * The next key.
   *
   * @return -1 if there will be no more, -2 if there was none in time
   */
  int key(long waitMs) throws IOException {
    return terminal.reader().read(waitMs);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      leave();
      closed = true;
      signals.forEach(Signals::unregister);
      try {
        terminal.close();
      } catch (IOException e) {
        LOG.debug("the terminal cannot be closed", e);
      }
    }
    if (Thread.currentThread() != hook) {
      ShutdownHooks.remove(hook);
    }
  }
}
