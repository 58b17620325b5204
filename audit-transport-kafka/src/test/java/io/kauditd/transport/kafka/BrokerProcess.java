// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The main class of a broker's process: lays out its storage the first time, and runs it. */
final class BrokerProcess {
  private BrokerProcess() {}

  /**
   * Runs until it is ended.
   *
   * @param args the properties file, the cluster's id, and what else is to be told to the tool that
   *     lays out the storage
   */
  public static void main(String[] args) throws IOException {
    Path properties = Path.of(args[0]);
    Path formatted = properties.resolveSibling("formatted");
    if (!Files.exists(formatted)) {
      var format = new ArrayList<String>();
      format.addAll(List.of("format", "-c", args[0], "-t", args[1]));
      format.addAll(List.of(args).subList(2, args.length));
      int code = kafka.tools.StorageTool.execute(format.toArray(String[]::new), System.out);
      if (code != 0) {
        System.exit(code);
      }
      Files.createFile(formatted);
    }
    kafka.Kafka.main(new String[] {args[0]});
  }
}
