// SPDX-License-Identifier: Apache-2.0
/** Records to a Kafka topic, and from one; see {@code docs/reference/kafka.md}. */
@NullMarked
package io.kauditd.transport.kafka;

import org.jspecify.annotations.NullMarked;
