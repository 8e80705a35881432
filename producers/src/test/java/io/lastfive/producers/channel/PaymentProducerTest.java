// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentProducerTest {
  @Test
  void asksForAllReplicasAndIdempotenceAndLeavesSchemasToTheirRegistration() {
    Map<String, Object> properties = PaymentProducer.properties(Settings.defaults());

    assertThat(properties)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .containsEntry("key.serializer", "org.apache.kafka.common.serialization.StringSerializer")
        .containsEntry("value.serializer", "io.lastfive.registry.LastfiveAvroSerializer")
        .containsEntry("auto.register.schemas", "false")
        .containsEntry("avro.remove.java.properties", "true")
        .containsEntry("schema.registry.url", "http://localhost:8081");
  }

  @Test
  void passesEveryKafkaSettingOn() {
    Settings settings =
        Settings.defaults()
            .with("kafka.security.protocol", "SASL_SSL")
            .with("kafka.linger.ms", "20")
            .with(
                KnownSettings.VALUE_SERIALIZER,
                "io.confluent.kafka.serializers.KafkaAvroSerializer");

    assertThat(PaymentProducer.properties(settings))
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("linger.ms", "20")
        .containsEntry("value.serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "security.protocol | SASL | Invalid value SASL for configuration security.protocol: String must be one of (case insensitive): ",
        "sasl.jaas.config | nonsense | Login module control flag not specified in JAAS config",
        "ssl.truststore.location | /nowhere/trust.p12 | Failed to load SSL keystore /nowhere/trust.p12 of type JKS (NoSuchFileException)"
      })
  void saysWhichSecuritySettingIsWrong(String name, String value, String problem) {
    Settings settings =
        Settings.defaults()
            .with("kafka.security.protocol", "SASL_SSL")
            .with("kafka.sasl.mechanism", "PLAIN")
            .with(
                "kafka.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"p\";")
            .with("kafka." + name, value);

    assertThatThrownBy(() -> PaymentProducer.open(settings))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("The Kafka producer cannot be made from these settings: ")
        .hasMessageContaining(problem)
        .hasMessageContaining("Look at kafka.* and value.serializer in 'lastfive config'");
  }

  @Test
  void refusesSettingsThatBreakItsPromise() {
    Settings settings =
        Settings.defaults()
            .with("kafka.acks", "1")
            .with("kafka.enable.idempotence", "false")
            .with("kafka.transactional.id", "one");

    assertThatThrownBy(() -> PaymentProducer.open(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            """
            3 settings cannot be used to send payments:
              kafka.acks = '1' would lose payments with a broker. Remove it: payments are sent with acks=all.
              kafka.enable.idempotence = 'false' would write payments twice on a retry. Remove it: the producer is idempotent.
              kafka.transactional.id would be every client's, each shutting out the others. Remove it: a service that embeds the publishers names its own in ProducerOptions.""");
  }

  @Test
  void namesTheSerializerThatIsNotOnTheClassPath() {
    Settings settings =
        Settings.defaults().with(KnownSettings.VALUE_SERIALIZER, "com.example.NoSerializer");

    assertThatThrownBy(() -> PaymentProducer.open(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "The Kafka producer cannot be made from these settings: Invalid value com.example.NoSerializer for configuration"
                + " value.serializer: Class com.example.NoSerializer could not be found. Look at kafka.* and value.serializer in"
                + " 'lastfive config'; a serializer that is not ours needs its jar in LASTFIVE_EXTRA_CLASSPATH.");
  }
}
