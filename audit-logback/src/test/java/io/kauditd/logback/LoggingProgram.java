// SPDX-License-Identifier: Apache-2.0
package io.kauditd.logback;

import io.kauditd.fixtures.LoggingScript;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An application that logs through SLF4J to whatever Logback is configured to. */
final class LoggingProgram {
  private LoggingProgram() {}

  public static void main(String[] args) throws Exception {
    Logger logger = LoggerFactory.getLogger("org.example.Shop");
    System.out.println("started");
    LoggingScript.run(logger::info);
  }
}
