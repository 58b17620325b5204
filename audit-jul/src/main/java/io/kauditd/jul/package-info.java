// SPDX-License-Identifier: Apache-2.0
/** A handler of java.util.logging that sends records through the audit queues. */
package io.kauditd.jul;
