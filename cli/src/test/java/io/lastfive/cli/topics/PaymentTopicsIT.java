// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PaymentTopicsIT {
  private final EmbeddedKafka kafka = EmbeddedKafka.start();
  private final Settings settings =
      Settings.defaults()
          .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, kafka.bootstrapServers())
          .with(KnownSettings.TOPICS_PARTITIONS, 2)
          .with(KnownSettings.TOPICS_RETENTION, "2d");

  @AfterEach
  void stopKafka() {
    kafka.close();
  }

  @Test
  void makesTheTopicsOfTheFlowAndLeavesThemAloneTheSecondTime() throws Exception {
    List<PaymentTopics.Outcome> first = PaymentTopics.create(settings);
    List<PaymentTopics.Outcome> second = PaymentTopics.create(settings);

    assertThat(first)
        .containsExactly(
            new PaymentTopics.Outcome("CC-PAYMENT", true, List.of()),
            new PaymentTopics.Outcome("BANK-TRANSFER-PAYMENT", true, List.of()),
            new PaymentTopics.Outcome("PAYMENT-OUTPUT", true, List.of()),
            new PaymentTopics.Outcome("PAYMENT-TRX-AGGR", true, List.of()),
            new PaymentTopics.Outcome("PAYMENT-TRX-AGGR-DLQ", true, List.of()));
    assertThat(second)
        .extracting(PaymentTopics.Outcome::created)
        .containsOnly(false)
        .hasSameSizeAs(first);
    assertThat(second).flatExtracting(PaymentTopics.Outcome::differences).isEmpty();
    try (Admin admin = admin()) {
      assertThat(
              admin
                  .describeTopics(Set.of("CC-PAYMENT"))
                  .allTopicNames()
                  .get()
                  .get("CC-PAYMENT")
                  .partitions())
          .hasSize(2);
      assertThat(configuration(admin, "CC-PAYMENT").get("retention.ms").value())
          .isEqualTo("172800000");
      assertThat(configuration(admin, "PAYMENT-TRX-AGGR").get("cleanup.policy").value())
          .isEqualTo("compact");
    }
  }

  @Test
  void makesTopicsThatTakeRecordsAtOnce() throws Exception {
    List<String> channels = IntStream.range(0, 40).mapToObj(i -> "CHANNEL-" + i).toList();
    List<Future<?>> sent = new ArrayList<>();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", "0"),
            new StringSerializer(),
            new StringSerializer())) {
      PaymentTopics.create(settings, channels);

      for (int i = 0; i < 500; i++) {
        for (String channel : channels) {
          sent.add(producer.send(new ProducerRecord<>(channel, "key" + i, "value")));
        }
      }

      for (Future<?> one : sent) {
        // Of a topic that does not take records yet an idempotent producer can lose some.
        one.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void tellsHowATopicThatIsThereDiffers() throws Exception {
    try (Admin admin = admin()) {
      NewTopic made =
          new NewTopic("PAYMENT-TRX-AGGR", 1, (short) 1)
              .configs(Map.of("cleanup.policy", "delete"));
      admin.createTopics(List.of(made)).all().get();
    }

    List<PaymentTopics.Outcome> outcomes = PaymentTopics.create(settings);

    assertThat(outcomes)
        .contains(
            new PaymentTopics.Outcome(
                "PAYMENT-TRX-AGGR",
                false,
                List.of("partitions 1 instead of 2", "cleanup.policy delete instead of compact")));
  }

  @Test
  void makesTheTopicsOfFurtherChannelsAsThoseOfTheKnownOnes() throws Exception {
    List<PaymentTopics.Outcome> outcomes =
        PaymentTopics.create(settings, List.of("EWALLET-PAYMENT"));

    assertThat(outcomes).contains(new PaymentTopics.Outcome("EWALLET-PAYMENT", true, List.of()));
    try (Admin admin = admin()) {
      assertThat(configuration(admin, "EWALLET-PAYMENT").get("cleanup.policy").value())
          .isEqualTo("delete");
    }
  }

  @Test
  void refusesANameThatCannotBeATopic() {
    assertThatThrownBy(() -> PaymentTopics.create(settings, List.of("E WALLET")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "'E WALLET' cannot be a topic: Topic name is invalid: 'E WALLET' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'");
  }

  @Test
  void refusesMoreReplicasThanThereAreBrokers() {
    Settings replicated = settings.with(KnownSettings.TOPICS_REPLICATION, 3);

    assertThatThrownBy(() -> PaymentTopics.create(replicated))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Kafka at %s refused to make the topics: Unable to replicate the partition 3 time(s): The target"
                + " replication factor of 3 cannot be reached because only 1 broker(s) are registered or some"
                + " brokers have all their log directories cordoned.",
            kafka.bootstrapServers());
  }

  @Test
  void namesABrokerThatIsAway() {
    Settings away =
        settings
            .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "127.0.0.1:1")
            .with("kafka.default.api.timeout.ms", "1000")
            .with("kafka.request.timeout.ms", "500");

    assertThatThrownBy(() -> PaymentTopics.create(away))
        .isInstanceOf(UnavailableError.class)
        .hasMessage(
            "Kafka at 127.0.0.1:1 does not answer: no answer within 1 s. Start the stack with 'make up', or set"
                + " kafka.bootstrap.servers to where it runs.");
  }

  @Test
  void namesAHostThatIsNotKnown() {
    Settings unknown =
        settings.with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "no.such.host.invalid:9092");

    assertThatThrownBy(() -> PaymentTopics.create(unknown))
        .isInstanceOf(UnavailableError.class)
        .hasMessage(
            "Kafka at no.such.host.invalid:9092 does not answer: the host is not known. Start the stack with"
                + " 'make up', or set kafka.bootstrap.servers to where it runs.");
  }

  @Test
  void refusesAKafkaSettingThatKafkaRefuses() {
    Settings wrong = settings.with("kafka.retries", "many");

    assertThatThrownBy(() -> PaymentTopics.create(wrong))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Kafka's client refuses a kafka.* setting: Invalid value many for configuration retries: Not a number"
                + " of type INT. './lastfive config' shows where it was set.");
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private static Config configuration(Admin admin, String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource);
  }
}
