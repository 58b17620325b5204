// SPDX-License-Identifier: Apache-2.0
/** What every command is made of: where it writes, how it fails, how it says a number. */
package io.kauditd.cli.command;
