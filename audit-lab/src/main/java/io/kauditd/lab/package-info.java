// SPDX-License-Identifier: Apache-2.0
/**
 * {@code audit simulate}, {@code audit outage}, {@code audit replay}, and the plots of the first
 * two.
 */
package io.kauditd.lab;
