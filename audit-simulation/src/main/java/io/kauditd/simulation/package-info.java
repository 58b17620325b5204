// SPDX-License-Identifier: Apache-2.0
/** Virtual time: a hand-moved clock, a scripted transport, trace replay and the simulator. */
package io.kauditd.simulation;
