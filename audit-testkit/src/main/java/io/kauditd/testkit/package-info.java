// SPDX-License-Identifier: Apache-2.0
/**
 * The contracts that a plug-in author's tests run, one for each kind of plug-in, with a test for
 * each rule of {@code docs/reference/spi-rules.md}, named after it.
 */
package io.kauditd.testkit;
