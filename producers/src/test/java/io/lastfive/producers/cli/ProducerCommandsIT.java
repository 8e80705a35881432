// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.producers.Broker;
import io.lastfive.producers.channel.CardShapedText;
import io.lastfive.producers.channel.PublishedPayment;
import io.lastfive.producers.channel.banktransfer.BankTransfer;
import io.lastfive.producers.channel.banktransfer.BankTransferPaymentPublisher;
import io.lastfive.producers.channel.creditcard.CardNumber;
import io.lastfive.producers.channel.creditcard.CardPayment;
import io.lastfive.producers.channel.creditcard.CreditCardPaymentPublisher;
import io.lastfive.producers.simulate.Flaw;
import io.lastfive.producers.simulate.Rate;
import io.lastfive.producers.simulate.SimulatedPayment;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.producers.simulate.SimulationPublishers;
import io.lastfive.producers.simulate.SimulationReport;
import io.lastfive.producers.simulate.SimulationRun;
import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerCommandsIT {
  private static Broker broker;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    broker = new Broker().makeTopics().registerSchemas();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void sendsOnePaymentAndShowsWhereItStands() throws Exception {
    Broker.Said said =
        broker.run(
            new SendCommand(),
            "cc",
            "--customer-id=send-1",
            "--card-number=5555 5555 5555 4444",
            "--amount=12.5",
            "--payment-id=6fa459ea-ee8a-4ca4-894e-db77e160355e");

    GenericRecord sent = only(PaymentEvent.CREDIT_CARD, "send-1");
    assertThat(said.exitCode()).isZero();
    assertThat(said.out())
        .matches(
            "Payment 6fa459ea-ee8a-4ca4-894e-db77e160355e of customer send-1 is at CC-PAYMENT, partition \\d, offset \\d+\\.\\R");
    assertThat(sent.get("card_number_masked")).hasToString("555555******4444");
    assertThat(sent.get("card_scheme")).hasToString("MASTERCARD");
    assertThat(sent.get("status")).hasToString("CAPTURED");
  }

  @Test
  void saysInJsonWhereATransferStands() throws Exception {
    Broker.Said said =
        broker.run(
            new SendCommand(),
            "bank",
            "--customer-id=send-2",
            "--debtor-iban=de89 3704 0044 0532 0130 00",
            "--amount=99.90",
            "--json");

    assertThat(said.exitCode()).isZero();
    assertThat(said.out())
        .matches(
            "\\{\"paymentId\":\"[0-9a-f-]{36}\",\"customerId\":\"send-2\",\"topic\":\"BANK-TRANSFER-PAYMENT\",\"partition\":\\d,\"offset\":\\d+}\\R");
    assertThat(only(PaymentEvent.BANK_TRANSFER, "send-2").get("debtor_iban"))
        .hasToString("DE89370400440532013000");
  }

  @Test
  void refusesAnUnsoundPaymentNamingEverythingThatIsWrong() throws Exception {
    Broker.Said said =
        broker.run(
            new SendCommand(),
            "cc",
            "--customer-id=refused",
            "--card-number=4111111111111112",
            "--amount=-1",
            "--currency=EURO");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err().lines())
        .containsExactly(
            "error: The payment was refused, nothing was sent:",
            "  card_number fails the Luhn check: a digit is wrong, missing or swapped",
            "  currency is no ISO 4217 code such as EUR",
            "  amount '-1' is not above zero; a refund is a payment of its own with status REFUNDED");
    assertThat(of(PaymentEvent.CREDIT_CARD, "refused")).isEmpty();
  }

  @Test
  void importsByTheTopicOfAKnownChannelAsByItsName() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("cards.ndjson"),
            "{\"customer_id\":\"by-topic\",\"amount\":1,\"currency\":\"EUR\",\"card_number\":\"4111111111111111\",\"status\":\"CAPTURED\",\"transacted_at\":\"2026-01-31T13:45:00Z\"}\n");

    Broker.Said said = broker.run(new ImportCommand(), "CC-PAYMENT", file.toString());

    assertThat(said.exitCode()).isZero();
    assertThat(only(PaymentEvent.CREDIT_CARD, "by-topic").get("card_number_masked"))
        .hasToString("411111******1111");
  }

  @Test
  void namesATopicThatNoSchemaIsRegisteredFor() {
    Broker.Said said = broker.run(new ImportCommand(), "EWALLET-PAYMENT", "payments.ndjson");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err())
        .isEqualTo(
            "error: channel 'EWALLET-PAYMENT' is none. Channels: cc, bank, and every topic whose schema is registered; %s has no subject 'EWALLET-PAYMENT-value'. Register one with 'lastfive schemas register FILE --topic EWALLET-PAYMENT'.\n"
                .formatted(broker.registryUrl()));
  }

  @Test
  void publishesFromTheLibraryAndFlushesOnClose() throws Exception {
    Settings settings = broker.settings();
    List<PublishedPayment> published = new ArrayList<>();

    try (CreditCardPaymentPublisher publisher = CreditCardPaymentPublisher.open(settings)) {
      CardPayment payment =
          CardPayment.builder()
              .customerId("library-1")
              .cardNumber(CardNumber.of("4111 1111 1111 1111"))
              .amount("12.50", "EUR")
              .build();
      var unused = publisher.publish(payment).thenAccept(published::add);
    }
    try (BankTransferPaymentPublisher publisher = BankTransferPaymentPublisher.open(settings)) {
      BankTransfer transfer =
          BankTransfer.builder()
              .customerId("library-1")
              .debtorIban("DE89 3704 0044 0532 0130 00")
              .instructedAmount("99.90", "EUR")
              .build();
      published.add(publisher.publish(transfer).join());
    }

    assertThat(published)
        .extracting(PublishedPayment::customerId)
        .containsExactly("library-1", "library-1");
    assertThat(only(PaymentEvent.CREDIT_CARD, "library-1").get("currency")).hasToString("EUR");
    assertThat(only(PaymentEvent.BANK_TRANSFER, "library-1").get("status")).hasToString("ACSC");
  }

  @Test
  void sendsExactlyTheRecordsOfTheSimulation() throws Exception {
    SimulationPlan plan =
        new SimulationPlan(
            EnumSet.allOf(PaymentEvent.class),
            50,
            7,
            Optional.of(SimulationPlan.DEFAULT_START),
            0.1,
            0.1,
            0.03,
            0.02,
            0.1,
            1);
    Map<String, Integer> expected = new HashMap<>();
    new Simulation(plan, 500)
        .forEachRemaining(
            (SimulatedPayment payment) -> {
              if (payment.flaw().filter(Flaw::isRefused).isEmpty()) {
                expected.merge(payment.paymentId(), 1, Integer::sum);
              }
            });

    Broker.Said said =
        broker.run(
            new SimulateCommand(),
            "--count=500",
            "--customers=50",
            "--seed=7",
            "--duplicates=0.1",
            "--late=0.1",
            "--invalid=0.1",
            "--rate=max",
            "--json");

    Map<String, Integer> found = new HashMap<>();
    for (PaymentEvent event : PaymentEvent.values()) {
      for (ConsumerRecord<String, Object> message : broker.records(event, avro())) {
        GenericRecord payment = (GenericRecord) message.value();
        String id = payment.get(0).toString();
        if (expected.containsKey(id)) {
          found.merge(id, 1, Integer::sum);
          assertThat(message.key()).isEqualTo(payment.get("customer_id").toString());
        }
      }
    }
    assertThat(said.exitCode()).isZero();
    assertThat(said.out())
        .matches(
            "\\{\"payments\":\\d+,\"duplicates\":\\d+,\"late\":\\d+,\"acknowledged\":%d,\"failed\":0,\"refused\":\\d\\d,\"leftOut\":\\d\\d,\"seconds\":[0-9.]+,\"perSecond\":\\d+,\"latencyMillis\":\\{\"p50\":[0-9.]+,\"p95\":[0-9.]+,\"p99\":[0-9.]+,\"p999\":[0-9.]+,\"max\":[0-9.]+},\"seed\":7}\\R"
                .formatted(expected.values().stream().mapToInt(Integer::intValue).sum()));
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void flushesAndSumsUpWhenItIsStopped() {
    AtomicInteger sent = new AtomicInteger();
    SimulationReport report;
    try (SimulationPublishers publishers = SimulationPublishers.open(broker.settings())) {
      report =
          new SimulationRun(
                  new Simulation(SimulationPlan.ofSeed(11), Simulation.ENDLESS),
                  publishers,
                  Rate.parse("ramp:20000..100000"))
              .run(payment -> sent.incrementAndGet(), progress -> {}, () -> sent.get() == 3_000);
    }

    assertThat(report.payments()).isEqualTo(3_000);
    assertThat(report.acknowledged()).isEqualTo(3_000);
    assertThat(report.latency().p999()).isBetween(report.latency().p50(), report.latency().max());
  }

  @Test
  void importsSoundLinesAndSetsTheOthersAsideWithoutCardNumbers() throws Exception {
    Path file = folder.resolve("cards.csv");
    Files.writeString(
        file,
        """
        payment_id,customer_id,amount,currency,card_number,cvv,expiry,status,transacted_at,merchant_name
        ,import-1,12.50,EUR,4111111111111111,737,12/29,CAPTURED,2026-01-31T13:45:00Z,Café
        ,import-1,12.50,EUR,4111111111111112,737,12/29,CAPTURED,2026-01-31T13:45:00Z,mistyped
        ,import-1,12.505,EUR,5555555555554444,737,12/29,CAPTURED,2026-01-31T13:45:00Z,"paid, 5555 5555 5555 4444"
        broken,378282246310005,737
        """);

    Broker.Said said = broker.run(new ImportCommand(), "cc", file.toString());

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out().lines())
        .containsExactly(file + ": 4 payments, 1 sent, 3 rejected (see " + file + ".rejected)");
    assertThat(said.err().lines())
        .containsExactly(
            "error: "
                + file
                + ":3: card_number fails the Luhn check: a digit is wrong, missing or swapped",
            "error: "
                + file
                + ":4: amount '12.505' has more decimals than EUR has (2); merchant_name holds what reads as a card number (13 to 19"
                + " digits that pass the Luhn check); take it out or break the digits with letters",
            "error: " + file + ":5: has 3 columns, the header has 10",
            "Columns not used: cvv, expiry.");
    assertThat(Files.readString(folder.resolve("cards.csv.rejected")))
        .isEqualTo(
            """
            payment_id,customer_id,amount,currency,card_number,cvv,expiry,status,transacted_at,merchant_name,rejected_line,rejected_reason
            ,import-1,12.50,EUR,411111******1112,,,CAPTURED,2026-01-31T13:45:00Z,mistyped,3,"card_number fails the Luhn check: a digit is wrong, missing or swapped"
            ,import-1,12.505,EUR,555555******4444,,,CAPTURED,2026-01-31T13:45:00Z,"paid, **** **** **** ****",4,amount '12.505' has more decimals than EUR has (2); merchant_name holds what reads as a card number (13 to 19 digits that pass the Luhn check); take it out or break the digits with letters
            "broken,***************,***",,,,,,,,,,5,"has 3 columns, the header has 10"
            """);
    assertThat(only(PaymentEvent.CREDIT_CARD, "import-1").get("merchant_name")).hasToString("Café");
  }

  @Test
  void setsBadNdjsonLinesAsideWithTheirNumber() throws Exception {
    Path file = folder.resolve("transfers.ndjson");
    Files.writeString(
        file,
        """
        {"customer_id":"import-2","amount":99.90,"currency":"EUR","debtor":{"iban":"DE89370400440532013000"},"status":"ACSC","settled_at":"2026-01-31T13:45:00+01:00"}
        {"customer_id":"import-2","amount":99.90,"currency":"EUR","debtor":{"iban":"DE88370400440532013000"},"status":"ACSC","settled_at":"2026-01-31T13:45:00+01:00"}
        {"customer_id":"import-2","note":"4111111111111111
        """);

    Broker.Said said = broker.run(new ImportCommand(), "bank", file.toString(), "--json");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out())
        .contains(
            "\"payments\":3,\"sent\":1,\"sentBefore\":0,\"rejected\":2,\"rejectedFile\":",
            "\"stopped\":false}");
    assertThat(Files.readString(folder.resolve("transfers.ndjson.rejected")))
        .isEqualTo(
            """
            {"rejected_line":2,"rejected_reason":"debtor_iban has wrong check digits (mod 97): a character is mistyped or swapped","customer_id":"import-2","amount":"99.90","currency":"EUR","debtor.iban":"DE88370400440532013000","status":"ACSC","settled_at":"2026-01-31T13:45:00+01:00"}
            {"rejected_line":3,"rejected_reason":"is not valid JSON from column 51 on","rejected_text":"{\\"customer_id\\":\\"import-*\\",\\"note\\":\\"****************"}
            """);
  }

  @Test
  void leavesNoCardNumberInTopicsOutputOrRejectedFiles() throws Exception {
    List<String> numbers =
        List.of("4012888888881881", "5105105105105100", "371449635398431", "3566002020360505");
    Path file = folder.resolve("all.csv");
    StringBuilder lines =
        new StringBuilder("customer_id,amount,currency,pan,status,time,merchant,cvv\n");
    for (String number : numbers) {
      lines.append("safe,1,EUR,%s,CAPTURED,2026-01-31T13:45:00Z,Shop,123\n".formatted(number));
      lines.append("safe,x,EUR,%s,CAPTURED,2026-01-31T13:45:00Z,Shop,123\n".formatted(number));
      lines.append(
          "safe,1,EUR,%s1,CAPTURED,2026-01-31T13:45:00Z,%s,123\n".formatted(number, number));
      lines.append("%s,1,EUR,,%s,%s,%s\n".formatted(number, number, number, number));
      lines.append("%s\n".formatted(number));
      lines.append("safe,%s,EUR,%s,%s,%s,Shop,123\n".formatted(number, number, number, number));
    }
    Files.writeString(file, lines);
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    StringBuilder seen = new StringBuilder();

    try (PrintStream capture = new PrintStream(logged, true, StandardCharsets.UTF_8)) {
      System.setOut(capture);
      System.setErr(capture);
      seen.append(broker.run(new ImportCommand(), "cc", file.toString()));
      for (String number : numbers) {
        seen.append(
            broker.run(
                new SendCommand(),
                "cc",
                "--customer-id=safe",
                "--amount=1",
                "--card-number=" + number));
        seen.append(
            broker.run(
                new SendCommand(),
                "cc",
                "--customer-id=safe",
                "--amount=" + number,
                "--card-number=" + number + "1",
                "--currency=" + number,
                "--status=" + number,
                "--merchant-name=" + number,
                "--transacted-at=" + number,
                "--payment-id=" + number));
      }
    } finally {
      System.setOut(out);
      System.setErr(err);
    }

    seen.append(Files.readString(folder.resolve("all.csv.rejected")));
    seen.append(logged.toString(StandardCharsets.UTF_8));
    for (PaymentEvent event : PaymentEvent.values()) {
      for (ConsumerRecord<String, byte[]> message :
          broker.records(event, new ByteArrayDeserializer())) {
        seen.append(message.key()).append(new String(message.value(), StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(of(PaymentEvent.CREDIT_CARD, "safe")).hasSize(8);
    assertThat(seen.toString()).doesNotContain(numbers);
    assertThat(CardShapedText.isIn(Files.readString(folder.resolve("all.csv.rejected")))).isFalse();
  }

  @Test
  void namesTheBrokerThatIsAway() {
    Broker.Said said =
        broker.run(
            new SimulateCommand(),
            "--count=1",
            "--seed=1",
            "--kafka.bootstrap.servers=127.0.0.1:1");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err().strip())
        .isEqualTo(
            "error: Kafka at 127.0.0.1:1 does not answer: no answer within 5 s. Start the stack with 'make up', or set"
                + " kafka.bootstrap.servers to where it runs.");
  }

  @Test
  void namesTheRegistryThatIsAway() {
    Broker.Said said =
        broker.run(
            new SimulateCommand(),
            "--count=1",
            "--seed=1",
            "--schema.registry.url=http://127.0.0.1:1");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err().strip())
        .isEqualTo(
            "error: Schema Registry at http://127.0.0.1:1 does not answer: connection refused. Start the stack with 'make up', or"
                + " set schema.registry.url to where it runs.");
  }

  @Test
  void saysThatTopicsAndSchemasMustBeMadeFirst() throws Exception {
    try (Broker empty = new Broker()) {
      Broker.Said withoutTopics =
          empty.run(new SimulateCommand(), "--count=1", "--seed=1", "--channel=cc");
      empty.makeTopics();
      Settings settings =
          Settings.defaults()
              .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, empty.bootstrapServers())
              .with(KnownSettings.SCHEMA_REGISTRY_URL, empty.registryUrl())
              .with(KnownSettings.CARD_TOKEN_KEY, "00".repeat(32));

      assertThat(withoutTopics.exitCode()).isEqualTo(2);
      assertThat(withoutTopics.err().strip())
          .isEqualTo(
              "error: Topic 'CC-PAYMENT' is not on %s. Make the topics with 'lastfive topics create'."
                  .formatted(empty.bootstrapServers()));
      try (BankTransferPaymentPublisher publisher = BankTransferPaymentPublisher.open(settings)) {
        BankTransfer transfer =
            BankTransfer.builder()
                .customerId("C-1")
                .debtorIban("DE89370400440532013000")
                .instructedAmount("1", "EUR")
                .build();
        assertThatThrownBy(() -> publisher.publish(transfer))
            .isInstanceOf(UserError.class)
            .hasMessage(
                "%s has no schema for 'BANK-TRANSFER-PAYMENT-value' that this event fits: POST %s/subjects/BANK-TRANSFER-PAYMENT-value: Subject 'BANK-TRANSFER-PAYMENT-value' not found. (error code 40401). Register the schemas with 'lastfive schemas register'."
                    .formatted(empty.registryUrl(), empty.registryUrl()));
      }
    }
  }

  private static LastfiveAvroDeserializer avro() {
    LastfiveAvroDeserializer deserializer = new LastfiveAvroDeserializer();
    deserializer.configure(Map.of("schema.registry.url", broker.registryUrl()), false);
    return deserializer;
  }

  private static List<GenericRecord> of(PaymentEvent event, String customer) {
    return broker.records(event, avro()).stream()
        .filter(message -> message.key().equals(customer))
        .map(message -> (GenericRecord) message.value())
        .toList();
  }

  private static GenericRecord only(PaymentEvent event, String customer) {
    List<GenericRecord> found = of(event, customer);
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
