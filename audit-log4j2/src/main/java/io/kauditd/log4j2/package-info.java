// SPDX-License-Identifier: Apache-2.0
/** A Log4j2 appender that sends events through the audit queues. */
package io.kauditd.log4j2;
