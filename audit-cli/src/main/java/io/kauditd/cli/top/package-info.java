// SPDX-License-Identifier: Apache-2.0
/** {@code audit top}. */
package io.kauditd.cli.top;
