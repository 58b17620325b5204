// SPDX-License-Identifier: Apache-2.0
package io.kauditd.cli.tail;

import io.kauditd.api.AuditRecord;
import io.kauditd.api.RecordType;
import io.kauditd.cli.command.Problems;
import io.kauditd.cli.command.Screen;
import io.kauditd.cli.command.ScreenStream;
import io.kauditd.cli.command.UserValue;
import io.kauditd.transport.netlink.KernelAudit;
import io.kauditd.transport.netlink.KernelSource;
import io.kauditd.transport.netlink.NetlinkException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit tail}: the kernel's records as they come, for people. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows the live kernel's audit records as they come, in addition to any audit"
          + " daemon: time, serial, type and text. Values that the kernel wrote in hexadecimal"
          + " are shown as text. Ends with Ctrl-C, and reports missed records.",
      ""
    },
    footer = {
      "",
      "Needs root or CAP_AUDIT_READ.",
      "",
      "Exit codes: 0 all was shown; 1 records were missed; 2 the command line is wrong; 3 the"
          + " kernel refused, or the output cannot be written; 129, 130, 143 stopped by a signal.",
      "",
      "Examples:",
      "  audit tail",
      "  audit tail --type USER_LOGIN --type USER_AUTH",
      "  audit tail --raw | ausearch -i"
    })
public final class TailCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(TailCommand.class);

  private final Screen screen;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only records of this type, a name or a number. Can be repeated.")
  private List<String> types = List.of();

  @Option(names = "--raw", description = "Print the records as lines of an audit log.")
  private boolean raw;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "RECORDS",
      description = "End after this many records.")
  private long count;

  public TailCommand(Screen screen) {
    this.screen = screen;
  }

  @Override
  public Integer call() {
    Predicate<AuditRecord> wanted = wanted();
    if (count < 0) {
      throw new UserValue(Long.toString(count), "--count").notValid("a number above 0");
    }
    warnIfAuditIsOff();
    var source = KernelSource.builder().mode(KernelSource.Mode.LISTENER).build();
    var sink =
        new LineSink(
            new LineOutput(new ScreenStream(raw ? screen.data() : screen.out())),
            raw ? new LogLineFormat() : readable(),
            wanted,
            count,
            new Problems("problem:"));
    return new Receiving(screen, "audit tail", source, sink).run();
  }

  private Predicate<AuditRecord> wanted() {
    if (types.isEmpty()) {
      return record -> true;
    }
    Set<Integer> numbers = new HashSet<>();
    for (String type : types) {
      numbers.add(
          RecordType.parse(type)
              .orElseThrow(() ->
                  new UserValue(type, "--type")
                      .notValid("the name of a record type, such as USER_LOGIN, or a number")));
    }
    return record -> numbers.contains(record.type());
  }

  private static LineSink.Format readable() {
    var view = new RecordView(ZoneId.systemDefault());
    return (record, output) -> {
      byte[] line = (view.line(record) + "\n").getBytes(StandardCharsets.UTF_8);
      return output.write(line, line.length);
    };
  }

  /** A user who may listen may not always ask for the status; then nothing is reported. */
  private static void warnIfAuditIsOff() {
    try (KernelAudit audit = KernelAudit.open()) {
      if (audit.status().enabled() == 0) {
        LOG.warn("the kernel's audit is off; 'audit kernel set --enabled 1' turns it on");
      }
    } catch (NetlinkException e) {
      LOG.debug("cannot see whether audit is on: {}", e.getMessage());
    }
  }
}
