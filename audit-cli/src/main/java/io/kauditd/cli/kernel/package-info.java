// SPDX-License-Identifier: Apache-2.0
/** {@code audit kernel}. */
package io.kauditd.cli.kernel;
