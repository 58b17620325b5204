// SPDX-License-Identifier: Apache-2.0
/** The document about a run, in words too, and {@code audit status}. */
package io.kauditd.cli.status;
