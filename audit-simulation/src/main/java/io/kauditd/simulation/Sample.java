// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

/**
 * How things stood at a moment.
 *
 * @param atMs the moment, in milliseconds of virtual time since the start
 * @param main the most records in the main queue since the sample before
 * @param retry the most records in the retry queue since the sample before
 * @param hold the most records in the hold queue since the sample before
 * @param logged records logged so far
 * @param delivered records delivered so far
 * @param lost records dropped so far, for whatever reason
 * @since 0.1.0
 */
public record Sample(
    long atMs, int main, int retry, int hold, long logged, long delivered, long lost) {}
