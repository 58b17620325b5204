// SPDX-License-Identifier: Apache-2.0
/** The settings of a run: keys, options, the configuration file. */
package io.kauditd.cli.config;
