// SPDX-License-Identifier: Apache-2.0
/** Records straight from a source to lines: {@code audit tail} and {@code audit listen}. */
package io.kauditd.cli.tail;
