// SPDX-License-Identifier: Apache-2.0
package io.kauditd.jul;

import io.kauditd.fixtures.LoggingScript;
import java.util.function.Consumer;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** An application that logs through one of three façades, configured by logging.properties. */
final class LoggingProgram {
  private LoggingProgram() {}

  public static void main(String[] args) throws Exception {
    String name = "org.example.USER_CMD";
    Consumer<String> logger =
        switch (args[0]) {
          case "jul" -> Logger.getLogger(name)::info;
          case "system" -> {
            System.Logger system = System.getLogger(name);
            yield message -> system.log(System.Logger.Level.INFO, message);
          }
          default -> LoggerFactory.getLogger(name)::info;
        };
    System.out.println("started");
    LoggingScript.run(logger);
  }
}
