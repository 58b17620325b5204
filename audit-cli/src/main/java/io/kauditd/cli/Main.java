// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import io.kauditd.cli.command.CommandProvider;
import io.kauditd.cli.command.ExitCode;
import io.kauditd.cli.command.Harmless;
import io.kauditd.cli.command.ResultStream;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.Similar;
import io.kauditd.cli.command.StandardStreams;
import io.kauditd.cli.command.ToolLogger;
import io.kauditd.cli.command.UserError;
import io.kauditd.cli.command.Version;
import io.kauditd.cli.kernel.KernelCommand;
import io.kauditd.cli.plugin.PluginsCommand;
import io.kauditd.cli.run.RunCommand;
import io.kauditd.cli.status.StatusCommand;
import io.kauditd.cli.tail.ListenCommand;
import io.kauditd.cli.tail.Receiving;
import io.kauditd.cli.tail.TailCommand;
import io.kauditd.cli.top.TopCommand;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code audit} command's entry point. */
public final class Main {
  private static final SequencedMap<String, Function<Screen, Object>> COMMANDS =
      new LinkedHashMap<>();

  static {
    COMMANDS.put("run", RunCommand::commandLine);
    COMMANDS.put("status", StatusCommand::new);
    COMMANDS.put("top", TopCommand::new);
    COMMANDS.put("kernel", KernelCommand::commandLine);
    COMMANDS.put("tail", TailCommand::new);
    COMMANDS.put("listen", ListenCommand::new);
    COMMANDS.put("plugins", PluginsCommand::new);
  }

  private Main() {}

  /** Runs the command and exits with its code; see docs/reference/cli.md. */
  public static void main(String[] args) {
    StandardStreams.secure();
    Screen screen = Screen.ofProcess();
    Thread.setDefaultUncaughtExceptionHandler((thread, fault) ->
        screen.err().println("audit: " + fault(fault) + " (in thread " + thread.getName() + ")"));
    System.exit(run(screen, args));
  }

  /** Runs the command. What it could not print makes it a failure. */
  public static int run(Screen screen, String... args) {
    int code = execute(screen, args);
    String failure = ResultStream.failure(screen.out());
    if (failure == null || code == ExitCode.INPUT_OUTPUT || endsWithItsReader(failure, args)) {
      return code;
    }
    screen.err().println("audit: standard output cannot be written: " + failure);
    return ExitCode.INPUT_OUTPUT;
  }

  /** {@code audit tail | head} is no error. */
  private static boolean endsWithItsReader(String failure, String... args) {
    return Receiving.isReaderGone(failure)
        && args.length > 0
        && (args[0].equals("tail") || args[0].equals("listen"));
  }

  private static int execute(Screen screen, String... args) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      screen.out().println("audit " + Version.text()); // at once, without picocli
      return ExitCode.OK;
    }
    ToolLogger.setDebug(false);
    try {
      return commandLineFor(args, screen).execute(args);
    } catch (Error e) { // picocli hands over exceptions alone
      screen.err().println("audit: " + fault(e));
      if (ToolLogger.isDebug()) {
        e.printStackTrace(screen.err());
      }
      return ExitCode.INTERNAL;
    }
  }

  /** The command with all its subcommands. */
  public static CommandLine commandLine(Screen screen) {
    var audit = new CommandLine(new AuditCommand());
    COMMANDS.forEach((name, command) -> audit.addSubcommand(name, command.apply(screen)));
    addProvided(audit, screen);
    audit.addSubcommand(new CompletionCommand(screen, audit));
    return prepared(audit, screen);
  }

  /** The command with the one subcommand that is called, if it is known: the others take time. */
  private static CommandLine commandLineFor(String[] args, Screen screen) {
    Function<Screen, Object> command = args.length == 0 ? null : COMMANDS.get(args[0]);
    return command == null
        ? commandLine(screen)
        : prepared(
            new CommandLine(new AuditCommand()).addSubcommand(args[0], command.apply(screen)),
            screen);
  }

  private static CommandLine prepared(CommandLine audit, Screen screen) {
    audit.setOut(new PrintWriter(screen.out(), true, screen.out().charset()));
    audit.setErr(new PrintWriter(screen.err(), true, screen.err().charset()));
    audit.setParameterExceptionHandler((e, arguments) -> badArguments(screen, e));
    audit.setExecutionExceptionHandler((e, line, parsed) -> failed(screen, e, line));
    return audit;
  }

  /** The commands of other modules, and a word about those that are not there. */
  private static void addProvided(CommandLine audit, Screen screen) {
    var providers = ServiceLoader.load(CommandProvider.class, Main.class.getClassLoader());
    for (CommandProvider provider : providers) {
      provider
          .commands(screen)
          .forEach(command -> audit.addSubcommand(command.getCommandName(), command));
    }
    for (String name : MissingCommand.NAMES) {
      if (!audit.getSubcommands().containsKey(name)) {
        audit.addSubcommand(name, new MissingCommand());
      }
    }
  }

  private static int badArguments(Screen screen, ParameterException e) {
    CommandLine line = e.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    String sentence = sentence(e, line);
    String more = sentence.endsWith("?") ? "" : "; see '" + name + " --help'";
    screen.err().println(Harmless.line(name + ": " + sentence + more));
    return ExitCode.USAGE;
  }

  private static String sentence(ParameterException e, CommandLine line) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(unmatched.getUnmatched().get(0), line);
    }
    return firstLine(e);
  }

  private static String unmatched(String word, CommandLine line) {
    if (word.startsWith("-")) {
      String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      return "there is no option '"
          + name
          + "'"
          + Similar.hint(name, line.getCommandSpec().optionsMap().keySet());
    }
    return line.getSubcommands().isEmpty()
        ? "'" + word + "' is not expected here"
        : "there is no command '" + word + "'" + Similar.hint(word, line.getSubcommands().keySet());
  }

  private static String firstLine(Exception e) {
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return first.isEmpty() ? first : Character.toLowerCase(first.charAt(0)) + first.substring(1);
  }

  private static int failed(Screen screen, Exception e, CommandLine line) {
    String name = line.getCommandSpec().qualifiedName();
    boolean debug = ToolLogger.isDebug();
    if (e instanceof UserError error) {
      screen.err().println(Harmless.line(name + ": " + error.getMessage()));
      if (debug) {
        error.printStackTrace(screen.err());
      }
      return error.exitCode();
    }
    screen.err().println(Harmless.line(name + ": " + fault(e)));
    if (debug) {
      e.printStackTrace(screen.err());
    }
    return ExitCode.INTERNAL;
  }

  private static String fault(Throwable fault) {
    return "this is a fault of the program, please report it: "
        + fault
        + "; with --debug it says where";
  }
}
