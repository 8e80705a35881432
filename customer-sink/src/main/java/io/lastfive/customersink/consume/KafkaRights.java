// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What the brokers do not let the sink's user do. Topics and groups that do not exist yet are left
 * out, for brokers tell their rights only then; the first poll does.
 */
final class KafkaRights {
  private final Admin admin;
  private final List<String> missing = new ArrayList<>();

  private KafkaRights(Admin admin) {
    this.admin = admin;
  }

  /** What is missing, each as operation and resource. Throws what else the brokers answer. */
  static List<String> missing(Admin admin, String topic, String group, String deadLetterTopic)
      throws ExecutionException, InterruptedException {
    KafkaRights rights = new KafkaRights(admin);
    rights.ofTopic(topic, AclOperation.READ);
    rights.ofGroup(group);
    rights.ofTopic(deadLetterTopic, AclOperation.WRITE);
    return List.copyOf(rights.missing);
  }

  private void ofTopic(String topic, AclOperation needed)
      throws ExecutionException, InterruptedException {
    look(
        admin
            .describeTopics(
                List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .allTopicNames()
            .thenApply(Map::values)
            .thenApply(topics -> topics.iterator().next().authorizedOperations()),
        needed,
        "topic '" + topic + "'");
  }

  private void ofGroup(String group) throws ExecutionException, InterruptedException {
    look(
        admin
            .describeConsumerGroups(
                List.of(group),
                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
            .all()
            .thenApply(Map::values)
            .thenApply(groups -> groups.iterator().next().authorizedOperations()),
        AclOperation.READ,
        "group '" + group + "'");
  }

  private void look(KafkaFuture<Set<AclOperation>> allowed, AclOperation needed, String resource)
      throws ExecutionException, InterruptedException {
    boolean granted;
    try {
      // Brokers that do not tell answer null.
      granted =
          Optional.ofNullable(allowed.get())
              .map(
                  operations ->
                      operations.contains(needed) || operations.contains(AclOperation.ALL))
              .orElse(true);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      if (cause instanceof UnknownTopicOrPartitionException
          || cause instanceof GroupIdNotFoundException) {
        return;
      }
      if (!(cause instanceof TopicAuthorizationException)
          && !(cause instanceof GroupAuthorizationException)) {
        throw failed;
      }
      granted = false;
    }
    if (!granted) {
      missing.add(needed + " on " + resource);
    }
  }
}
