// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code audit} command's entry point. */
public final class Main {
  private Main() {}

  /** Runs the command and exits with its code; see docs/cli.md. */
  public static void main(String[] args) {
    Screen screen = Screen.ofProcess();
    Thread.setDefaultUncaughtExceptionHandler((thread, fault) ->
        screen.err().println("audit: " + fault(fault) + " (in thread " + thread.getName() + ")"));
    System.exit(run(screen, args));
  }

  /** Runs the command. */
  static int run(Screen screen, String... args) {
    if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
      screen.out().println("audit " + Version.text()); // at once, without picocli
      return ExitCode.OK;
    }
    configureLogging(List.of(args).contains("--debug"));
    try {
      return commandLine(screen).execute(args);
    } catch (Error e) { // picocli hands over exceptions alone
      screen.err().println("audit: " + fault(e));
      if (List.of(args).contains("--debug")) {
        e.printStackTrace(screen.err());
      }
      return ExitCode.INTERNAL;
    }
  }

  /** The command with its subcommands. */
  static CommandLine commandLine(Screen screen) {
    var audit = new CommandLine(new AuditCommand());
    audit.addSubcommand(RunCommand.commandLine(screen));
    audit.addSubcommand(new StatusCommand(screen));
    audit.addSubcommand(new PluginsCommand(screen));
    audit.addSubcommand(new ReplayCommand(screen));
    audit.addSubcommand(new CompletionCommand(screen, audit));
    audit.setOut(new PrintWriter(screen.out(), true, screen.out().charset()));
    audit.setErr(new PrintWriter(screen.err(), true, screen.err().charset()));
    audit.setParameterExceptionHandler((e, arguments) -> badArguments(screen, e));
    audit.setExecutionExceptionHandler((e, line, parsed) -> failed(screen, e, line));
    return audit;
  }

  private static int badArguments(Screen screen, ParameterException e) {
    CommandLine line = e.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    String sentence = sentence(e, line);
    String more = sentence.endsWith("?") ? "" : "; see '" + name + " --help'";
    screen.err().println(name + ": " + sentence + more);
    return ExitCode.USAGE;
  }

  private static String sentence(ParameterException e, CommandLine line) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().get(0);
      boolean option = word.startsWith("-");
      List<String> known =
          option
              ? line.getCommandSpec().optionsMap().keySet().stream().toList()
              : List.copyOf(line.getSubcommands().keySet());
      String name = option && word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
      return (option ? "there is no option '" : "'" + "")
          + name
          + (option ? "'" : "' is not expected here")
          + Similar.hint(name, known);
    }
    if (e instanceof MissingParameterException missing && missing.getMissing().isEmpty()) {
      return line.getSubcommands().isEmpty() ? firstLine(e) : "a command is missing";
    }
    return firstLine(e);
  }

  private static String firstLine(Exception e) {
    String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return first.isEmpty() ? first : Character.toLowerCase(first.charAt(0)) + first.substring(1);
  }

  private static int failed(Screen screen, Exception e, CommandLine line) {
    String name = line.getCommandSpec().qualifiedName();
    boolean debug = line.getParseResult() != null && isDebug(line);
    if (e instanceof UserError error) {
      screen.err().println(name + ": " + error.getMessage());
      if (debug) {
        error.printStackTrace(screen.err());
      }
      return error.exitCode();
    }
    screen.err().println(name + ": " + fault(e));
    if (debug) {
      e.printStackTrace(screen.err());
    }
    return ExitCode.INTERNAL;
  }

  private static boolean isDebug(CommandLine line) {
    return Stream.iterate(line, each -> each != null, CommandLine::getParent)
        .map(CommandLine::<Object>getCommand)
        .anyMatch(command -> command instanceof AuditCommand audit && audit.debug());
  }

  private static String fault(Throwable fault) {
    return "this is a fault of the program, please report it: "
        + fault
        + "; with --debug it says where";
  }

  /** What goes through SLF4J, the kernel's log lines among it, goes to standard error as it is. */
  private static void configureLogging(boolean debug) {
    String prefix = "org.slf4j.simpleLogger.";
    System.setProperty(prefix + "defaultLogLevel", debug ? "debug" : "info");
    System.setProperty(prefix + "showThreadName", String.valueOf(debug));
    System.setProperty(prefix + "showLogName", String.valueOf(debug));
  }
}
