// SPDX-License-Identifier: Apache-2.0
/**
 * What a logging back end needs to send its events through an engine; the appenders of this project
 * are made of it. An application does not see it.
 */
package io.kauditd.core.logging;
