// SPDX-License-Identifier: Apache-2.0
package io.kauditd.logback;

import io.kauditd.fixtures.LoggingScript;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * An application that logs through SLF4J or System.Logger, configured as the file of Logback says.
 */
final class LoggingProgram {
  private LoggingProgram() {}

  public static void main(String[] args) throws Exception {
    Consumer<String> logger =
        switch (args[0]) {
          case "marker" -> {
            Marker marker = MarkerFactory.getMarker("USER_CMD");
            yield message -> LoggerFactory.getLogger("org.example.Shop").info(marker, message);
          }
          case "system" -> {
            System.Logger system = System.getLogger("org.example.USER_CMD");
            yield message -> system.log(System.Logger.Level.INFO, message);
          }
          default -> LoggerFactory.getLogger("org.example.Shop")::info;
        };
    System.out.println("started");
    LoggingScript.run(logger);
  }
}
