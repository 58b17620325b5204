// SPDX-License-Identifier: Apache-2.0
/** Where plug-ins are looked for, how one is picked, and {@code audit plugins}. */
package io.kauditd.cli.plugin;
