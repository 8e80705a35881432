// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.producers.channel.registered.RegisteredChannel;
import io.lastfive.settings.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class RegisteredFieldsTest {
  private static final Path SAMPLES = Path.of("..", "samples", "new-channel");

  @Test
  void makesARecordOfTheSchemaWithAvrosOwnTypes() throws Exception {
    GenericRecord event = fields().event(payment(Map.of()));

    assertThat(event.get("transaction_id")).isEqualTo("6fa459ea-ee8a-4ca4-894e-db77e160355e");
    assertThat(event.get("paid_amount")).hasToString("java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]");
    assertThat(event.get("completed_at"))
        .isEqualTo(Instant.parse("2026-11-20T08:15:02Z").toEpochMilli());
    assertThat(event.get("payee_name")).isNull();
  }

  @Test
  void namesEveryFieldThatIsWrong() throws Exception {
    Map<String, String> values =
        payment(
            Map.of(
                "paid_amount",
                "1.00001",
                "completed_at",
                "yesterday",
                "payee_name",
                "4111 1111 1111 1111"));
    values.remove("customer_id");
    values.remove("state");

    assertThatThrownBy(() -> fields().event(values))
        .isInstanceOfSatisfying(
            RefusedPayment.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactly(
                        "paid_amount does not fit: at most 15 digits before the decimal point and 4 after it do",
                        "state is missing",
                        "completed_at 'yesterday' is not a time such as 2026-01-31T13:45:00+01:00 or 1769863500000 (milliseconds since 1970)",
                        "customer_id is missing",
                        "payee_name holds what reads as a card number (13 to 19 digits that pass the Luhn check); take it out or break the digits with letters"));
  }

  @Test
  void refusesCardNumbersInNumbersToo() {
    RegisteredFields fields =
        fields(
            """
            {"name": "ticket", "type": "long"},
            {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["IN", "OUT"]}},
            {"name": "count", "type": "int"},
            {"name": "settled", "type": "boolean"},
            {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 19, "scale": 2}}
            """);

    assertThatThrownBy(
            () ->
                fields.event(
                    Map.of(
                        "customer_id", "C-1",
                        "ticket", "4111111111111111",
                        "kind", "SIDEWAYS",
                        "count", "3000000000",
                        "settled", "maybe",
                        "amount", "4111111111111111.00")))
        .isInstanceOfSatisfying(
            RefusedPayment.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactly(
                        "kind 'SIDEWAYS' is none of IN, OUT",
                        "count '3000000000' is no whole number of 32 bits",
                        "settled 'maybe' is none of true, false",
                        "ticket reads as a card number (13 to 19 digits that pass the Luhn check)",
                        "amount reads as a card number (13 to 19 digits that pass the Luhn check)"));
  }

  @Test
  void letsIbansAndUuidsPassWhoseDigitsWouldPassACardsCheck() {
    RegisteredFields fields = fields("{\"name\": \"account\", \"type\": \"string\"}");
    // Its last 16 digits pass the Luhn check; so do the 16 of the UUID's first three groups.
    List<String> known = List.of("FO1836075983867565", "41111111-0000-4111-8111-a11111111111");

    for (String account : known) {
      GenericRecord event = fields.event(Map.of("customer_id", "C-1", "account", account));
      assertThat(event.get("account")).isEqualTo(account);
    }
  }

  @Test
  void refusesASchemaThatIsNoPayments() {
    assertThatThrownBy(
            () ->
                new RegisteredChannel(
                    "X-PAYMENT",
                    schema(
                        """
                        {"name": "customer_id", "type": ["null", "string"]},
                        {"name": "cvv", "type": "string"},
                        {"name": "amount", "type": "double"}
                        """)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            """
            3 problems with the schema of 'X-PAYMENT':
              Event has no field 'customer_id' of type string, which is the record's key
              Event.cvv must not be stored (PCI DSS 3.3.1)
              Event.amount is of type "double"; a payment's fields are string, decimal, timestamp-millis, int, long, boolean or enum, or a union of one with null""");
  }

  @Test
  void readsEverySampleOfTheNewChannel() throws Exception {
    List<String> rejected = new ArrayList<>();
    PaymentImport<GenericRecord> payments =
        new PaymentImport<>(ImportSource.of(SAMPLES.resolve("payments.ndjson")), fields());

    ImportSummary summary =
        payments.check(
            new PaymentImport.Progress() {
              @Override
              public void rejected(long line, String reason) {
                rejected.add(line + ": " + reason);
              }

              @Override
              public void read(long rows, long rejectedRows, long bytesRead) {
                // nobody watches
              }
            },
            () -> false);

    assertThat(rejected).isEmpty();
    assertThat(summary.sent()).isEqualTo(8);
    assertThat(summary.ignoredColumns()).isEmpty();
  }

  private static RegisteredFields fields() throws Exception {
    Schema schema =
        new Schema.Parser().parse(Files.readString(SAMPLES.resolve("EWalletPayment.avsc")));
    return new RegisteredFields(new RegisteredChannel("EWALLET-PAYMENT", schema), Optional.empty());
  }

  private static RegisteredFields fields(String moreFields) {
    return new RegisteredFields(
        new RegisteredChannel(
            "X-PAYMENT", schema("{\"name\": \"customer_id\", \"type\": \"string\"}," + moreFields)),
        Optional.empty());
  }

  private static Schema schema(String fields) {
    return new Schema.Parser()
        .parse("{\"type\": \"record\", \"name\": \"Event\", \"fields\": [" + fields + "]}");
  }

  private static Map<String, String> payment(Map<String, String> changed) {
    Map<String, String> values =
        new HashMap<>(
            Map.of(
                "transaction_id", "6fa459ea-ee8a-4ca4-894e-db77e160355e",
                "customer_id", "C-1",
                "paid_amount", "12.50",
                "currency", "EUR",
                "wallet_id", "W20418837",
                "state", "COMPLETED",
                "completed_at", "2026-11-20T08:15:02Z"));
    values.putAll(changed);
    return values;
  }
}
