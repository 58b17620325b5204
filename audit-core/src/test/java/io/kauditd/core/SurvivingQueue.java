// SPDX-License-Identifier: Apache-2.0
package io.kauditd.core;

/** A queue that says that what is in it survives the program. */
final class SurvivingQueue extends WrappedQueue {
  @Override
  public boolean outlivesProgram() {
    return true;
  }
}
