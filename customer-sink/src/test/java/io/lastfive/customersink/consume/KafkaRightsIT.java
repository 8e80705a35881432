// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** A broker with access control: what a sink may not do there is said before it runs. */
class KafkaRightsIT {
  private static final String DEAD_LETTERS = "PAYMENT-TRX-AGGR-DLQ";

  @Test
  void namesWhatTheUserMayNotDo() throws Exception {
    try (EmbeddedKafka kafka =
            EmbeddedKafka.builder()
                .property(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .property("allow.everyone.if.no.acl.found", "true")
                .start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Settings settings =
          Settings.defaults().with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, kafka.bootstrapServers());
      admin.createTopics(List.of(new NewTopic("PAYMENT-TRX-AGGR", 1, (short) 1))).all().get();
      try (KafkaClients clients = open(settings)) {
        assertThat(clients.brokers()).isEqualTo(kafka.bootstrapServers());
      }

      admin
          .createAcls(
              Stream.of(
                      new ResourcePattern(
                          ResourceType.TOPIC, "PAYMENT-TRX-AGGR", PatternType.LITERAL),
                      new ResourcePattern(ResourceType.GROUP, "customer-sink", PatternType.LITERAL),
                      new ResourcePattern(ResourceType.TOPIC, DEAD_LETTERS, PatternType.LITERAL))
                  .map(KafkaRightsIT::onlyDescribe)
                  .toList())
          .all()
          .get();

      assertThatThrownBy(() -> open(settings).close())
          .isInstanceOf(UserError.class)
          .hasMessage(
              "Kafka at %s does not let this user run a sink: it lacks READ on topic 'PAYMENT-TRX-AGGR', READ on group 'customer-sink', WRITE on topic 'PAYMENT-TRX-AGGR-DLQ'. Add that with Kafka's 'kafka-acls'; docs/operations.md lists all that a sink needs."
                  .formatted(kafka.bootstrapServers()));
    }
  }

  private static KafkaClients open(Settings settings) {
    return KafkaClients.open(settings, DEAD_LETTERS);
  }

  /** Who has no right at all to a group is not told whether it exists. */
  private static AclBinding onlyDescribe(ResourcePattern resource) {
    boolean group = resource.resourceType() == ResourceType.GROUP;
    return new AclBinding(
        resource,
        new AccessControlEntry(
            group ? "User:another" : "User:ANONYMOUS",
            "*",
            AclOperation.DESCRIBE,
            AclPermissionType.ALLOW));
  }
}
