// SPDX-License-Identifier: Apache-2.0
/** What a run shows while it runs: its status on a socket, its metrics, its health. */
package io.kauditd.cli.live;
