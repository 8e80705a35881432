// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedRegistry;
import io.lastfive.producers.channel.registered.RegisteredChannel;
import io.lastfive.registry.RegisteredSchema;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistrationIT {
  private final EmbeddedKafka kafka = EmbeddedKafka.start();
  private final EmbeddedRegistry server = EmbeddedRegistry.start(kafka);
  private final SchemaRegistryClient registry = SchemaRegistryClient.at(server.url());
  private final Registration registration =
      new Registration(Settings.defaults().with(KnownSettings.SCHEMA_REGISTRY_URL, server.url()));

  @AfterEach
  void stop() {
    server.close();
    kafka.close();
  }

  @Test
  void registersEverySchemaAsItsFileHasItAndChangesNothingTheSecondTime() {
    List<Registration.Outcome> first = registration.register();
    List<Registration.Outcome> second = registration.register();

    assertThat(first)
        .containsExactly(
            outcome("CC-PAYMENT-value", "CreditCardPayment", 1, true),
            outcome("BANK-TRANSFER-PAYMENT-value", "BankTransferPayment", 2, true));
    assertThat(second)
        .containsExactly(
            outcome("CC-PAYMENT-value", "CreditCardPayment", 1, false),
            outcome("BANK-TRANSFER-PAYMENT-value", "BankTransferPayment", 2, false));
    assertThat(registry.latest("CC-PAYMENT-value").map(RegisteredSchema::schema))
        .contains(PaymentEvent.CREDIT_CARD.schema());
  }

  @Test
  void registersNothingWhereOneSchemaCannotReadWhatIsThere() {
    Schema earlier =
        SchemaBuilder.record("BankTransferPayment")
            .namespace("io.lastfive.schemas")
            .fields()
            .requiredLong("customer_id")
            .endRecord();
    registry.register("BANK-TRANSFER-PAYMENT-value", earlier);

    assertThatThrownBy(registration::register)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("7 problems with the schemas:\n")
        .hasMessageContaining(
            "\n  BANK-TRANSFER-PAYMENT-value (against version 1 at the registry): BankTransferPayment.customer_id:"
                + " its type has changed (reader type: STRING not compatible with writer type: LONG)."
                + " Keep the type, or add a field with another name.");
    assertThat(registry.subjects()).containsExactly("BANK-TRANSFER-PAYMENT-value");
  }

  @Test
  void registersTheSchemaOfAnotherChannelAndRefusesOneThatCannotReadIt() {
    Registration.Outcome outcome = registration.register(wallet("note"));

    assertThat(outcome)
        .isEqualTo(new Registration.Outcome("EWALLET-PAYMENT-value", "Wallet", 1, 1, true));
    assertThatThrownBy(() -> registration.register(wallet("remark")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "EWALLET-PAYMENT-value (against version 1 at the registry): Wallet.remark: earlier records do not have"
                + " this field and it has no default. Give it one: \"type\": [\"null\", ...], \"default\": null.");
  }

  private static RegisteredChannel wallet(String field) {
    return new RegisteredChannel(
        "EWALLET-PAYMENT",
        SchemaBuilder.record("Wallet")
            .fields()
            .requiredString("customer_id")
            .requiredString(field)
            .endRecord());
  }

  @Test
  void namesARegistryThatIsAway() {
    server.close();

    assertThatThrownBy(registration::register)
        .isInstanceOf(UnavailableError.class)
        .hasMessage(
            "the schema registry at %s could not be asked (connection refused, 4 attempts). Start it, or set"
                + " schema.registry.url to where it is.",
            server.url());
  }

  private static Registration.Outcome outcome(
      String subject, String name, int id, boolean created) {
    return new Registration.Outcome(subject, "io.lastfive.schemas." + name, 1, id, created);
  }
}
