// SPDX-License-Identifier: Apache-2.0
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Makes a topic, as soon as the broker answers: {@code java Topic.java BROKER NAME PARTITIONS}. */
class Topic {
  public static void main(String[] args) throws Exception {
    var settings = Map.<String, Object>of("bootstrap.servers", args[0]);
    var topic = new NewTopic(args[1], Integer.parseInt(args[2]), (short) 1);
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(topic)).all().get();
    }
  }
}
