// SPDX-License-Identifier: Apache-2.0
package io.kauditd.simulation;

/**
 * The state of the queues and counters at a moment.
 *
 * @param atMs the moment, in milliseconds of virtual time since the start
 * @param main maximum number of records in the main queue since the previous sample
 * @param retry maximum number of records in the retry queue since the previous sample
 * @param hold maximum number of records in the hold queue since the previous sample
 * @param logged records logged so far
 * @param delivered records delivered so far
 * @param lost records dropped so far, for whatever reason
 * @since 0.1.0
 */
public record Sample(
    long atMs, int main, int retry, int hold, long logged, long delivered, long lost) {}
