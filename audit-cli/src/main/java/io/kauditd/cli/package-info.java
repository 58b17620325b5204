// SPDX-License-Identifier: Apache-2.0
/** The audit command. */
package io.kauditd.cli;
