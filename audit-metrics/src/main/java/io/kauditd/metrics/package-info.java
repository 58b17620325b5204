// SPDX-License-Identifier: Apache-2.0
/** The engine's counters as Micrometer meters. */
package io.kauditd.metrics;
