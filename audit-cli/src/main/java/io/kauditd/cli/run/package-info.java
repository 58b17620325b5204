// SPDX-License-Identifier: Apache-2.0
/** {@code audit run}. */
package io.kauditd.cli.run;
