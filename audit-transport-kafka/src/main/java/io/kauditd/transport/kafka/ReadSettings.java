// SPDX-License-Identifier: Apache-2.0
package io.kauditd.transport.kafka;

/**
 * What a source reads, and how.
 *
 * @param client the settings of Kafka's clients
 * @param group the consumer group, whose committed offsets say how far the topic was delivered
 * @param addsNode whether a record gets the name of its host in front
 * @param reportsGaps whether numbers of records that never came are a problem
 */
record ReadSettings(
    ClientSettings client, String topic, String group, boolean addsNode, boolean reportsGaps) {
  /** The destination, for messages. */
  KafkaFailure.Place place() {
    return new KafkaFailure.Place(topic, client.bootstrap(), group);
  }

  TopicCheck topicCheck() {
    return new TopicCheck(client, place());
  }
}
