// SPDX-License-Identifier: Apache-2.0
package io.kauditd.log4j2;

import io.kauditd.fixtures.LoggingProgram;
import io.kauditd.fixtures.LoggingScript;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;

/** An application that logs through Log4j's API, or as {@link LoggingProgram} does. */
final class Log4jProgram {
  private Log4jProgram() {}

  public static void main(String[] args) throws Exception {
    Consumer<String> logger =
        args[0].equals("log4j")
            ? LogManager.getLogger("org.example.Shop")::info
            : LoggingProgram.logger(args[0]);
    System.out.println("started");
    LoggingScript.run(logger);
  }
}
