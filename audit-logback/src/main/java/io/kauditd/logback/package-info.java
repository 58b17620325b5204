// SPDX-License-Identifier: Apache-2.0
/** A Logback appender that sends events through the audit queues. */
package io.kauditd.logback;
