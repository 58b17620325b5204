// SPDX-License-Identifier: Apache-2.0
package io.kauditd.log4j2;

import io.kauditd.fixtures.LoggingScript;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** An application that logs through Log4j's API, configured as its file says. */
final class LoggingProgram {
  private LoggingProgram() {}

  public static void main(String[] args) throws Exception {
    Logger logger = LogManager.getLogger("org.example.Shop");
    System.out.println("started");
    LoggingScript.run(logger::info);
  }
}
