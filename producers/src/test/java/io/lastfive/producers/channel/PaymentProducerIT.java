// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.producers.Broker;
import io.lastfive.producers.channel.banktransfer.BankTransfer;
import io.lastfive.producers.channel.banktransfer.BankTransferPaymentPublisher;
import io.lastfive.producers.channel.creditcard.CardNumber;
import io.lastfive.producers.channel.creditcard.CardPayment;
import io.lastfive.producers.channel.creditcard.CardTokenizer;
import io.lastfive.producers.channel.creditcard.CreditCardPaymentPublisher;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a payment service embeds, on a real broker and registry. */
class PaymentProducerIT {
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static Broker broker;

  @BeforeAll
  static void start() throws Exception {
    broker = new Broker().makeTopics().registerSchemas();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void runsTheExamplesOfItsJavadoc() {
    PublisherExamples.creditCard(broker.settings());
    PublisherExamples.bankTransfer(broker.settings());

    assertThat(of(PaymentEvent.CREDIT_CARD, "C-1")).hasSize(1);
    assertThat(of(PaymentEvent.BANK_TRANSFER, "C-1")).hasSize(1);
  }

  @Test
  void tellsSourceAndTraceInHeaders() {
    TraceContext given = new TraceContext(TRACE, Optional.of("vendor=1"));
    ProducerOptions options = ProducerOptions.none().withSource("transfer-service");
    try (BankTransferPaymentPublisher publisher =
        BankTransferPaymentPublisher.open(broker.settings(), options)) {
      publisher.publish(transfer("headers-1"), given).join();
      publisher.publish(transfer("headers-2")).join();
    }
    ProducerOptions asked =
        ProducerOptions.none().withCurrentTrace(() -> TraceContext.parse(TRACE));
    try (BankTransferPaymentPublisher publisher =
        BankTransferPaymentPublisher.open(broker.settings(), asked)) {
      publisher.publish(transfer("headers-3")).join();
    }

    assertThat(headers("headers-1"))
        .containsExactlyInAnyOrder(
            "source=transfer-service", "traceparent=" + TRACE, "tracestate=vendor=1");
    assertThat(headers("headers-2"))
        .hasSize(2)
        .contains("source=transfer-service")
        .anyMatch(header -> header.matches("traceparent=00-[0-9a-f]{32}-[0-9a-f]{16}-00"));
    assertThat(headers("headers-3"))
        .containsExactlyInAnyOrder("source=lastfive-producer", "traceparent=" + TRACE);
  }

  @Test
  void waitsWhereTheBufferIsFullAndLosesNothing() {
    List<CompletableFuture<PublishedPayment>> published;
    try (BankTransferPaymentPublisher publisher =
        BankTransferPaymentPublisher.open(
            broker
                .settings()
                .with("kafka.buffer.memory", "20000")
                .with("kafka.batch.size", "2000"))) {
      published =
          IntStream.range(0, 3_000).mapToObj(i -> publisher.publish(transfer("full"))).toList();
    }

    assertThat(published).allMatch(CompletableFuture::isDone);
    assertThat(of(PaymentEvent.BANK_TRANSFER, "full")).hasSize(3_000);
  }

  @Test
  void saysThatKafkaIsAwayOnceItWaitedLongEnoughForIt() throws Exception {
    Settings settings;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      settings =
          broker
              .settings()
              .with("kafka.bootstrap.servers", "127.0.0.1:" + nobody.getLocalPort())
              .with("kafka.max.block.ms", "200");
    }
    ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();

    try (BankTransferPaymentPublisher publisher =
        BankTransferPaymentPublisher.open(settings, ProducerOptions.none().withMeters(meters))) {
      publisher.publish(transfer("away"), (metadata, failure) -> failures.add(failure));
      assertThatThrownBy(() -> publisher.publish(transfer("away")).join())
          .hasCauseInstanceOf(UnavailableError.class)
          .hasRootCauseInstanceOf(TimeoutException.class);
    }

    assertThat(failures)
        .singleElement()
        .isInstanceOf(UnavailableError.class)
        .extracting(Throwable::getMessage)
        .asString()
        .startsWith(
            "Kafka at %s does not answer"
                .formatted(settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS)));
    assertThat(meters.get("lastfive.payments.failed").counter().count()).isEqualTo(2);
  }

  @Test
  void tellsCallbacksWhatItTellsFutures() {
    ConcurrentLinkedQueue<Long> offsets = new ConcurrentLinkedQueue<>();

    try (BankTransferPaymentPublisher publisher =
        BankTransferPaymentPublisher.open(broker.settings())) {
      publisher.publish(
          transfer("callback"), (metadata, failure) -> offsets.add(metadata.offset()));
    }

    assertThat(offsets).containsExactly(of(PaymentEvent.BANK_TRANSFER, "callback").get(0).offset());
  }

  @Test
  void countsWhatBecameOfEachPayment() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    ProducerOptions options = ProducerOptions.none().withMeters(meters);
    BankTransfer broken = transfer(" blank first");
    try (BankTransferPaymentPublisher publisher =
        BankTransferPaymentPublisher.open(broker.settings(), options)) {
      publisher.publish(transfer("counted")).join();
      publisher.publish(transfer("counted")).join();
      assertThatThrownBy(() -> publisher.publish(broken)).isInstanceOf(RefusedPayment.class);
      assertThat(meters.find("kafka.producer.record.send.total").meters()).isNotEmpty();
    }

    assertThat(meters.get("lastfive.payments.acknowledged").counter().count()).isEqualTo(2);
    assertThat(meters.get("lastfive.payments.refused").counter().count()).isEqualTo(1);
    assertThat(meters.get("lastfive.payments.failed").counter().count()).isZero();
    assertThat(
            meters
                .get("lastfive.payments.acknowledgement")
                .tag("topic", "BANK-TRANSFER-PAYMENT")
                .timer()
                .count())
        .isEqualTo(2);
  }

  @Test
  void showsATransactionsPaymentsAllOrNone() {
    ProducerOptions options = ProducerOptions.none().withTransactionalId("transfer-service-1");
    try (PaymentProducer producer = PaymentProducer.open(broker.settings(), options)) {
      BankTransferPaymentPublisher transfers = BankTransferPaymentPublisher.on(producer);
      CreditCardPaymentPublisher cards =
          CreditCardPaymentPublisher.on(producer, CardTokenizer.from(broker.settings()));

      producer.inTransaction(
          () -> {
            var transferred = transfers.publish(transfer("committed"));
            var paid = cards.publish(cardPayment("committed"));
          });
      assertThatThrownBy(
              () ->
                  producer.inTransaction(
                      () -> {
                        var transferred = transfers.publish(transfer("aborted"));
                        throw new IllegalStateException("no money");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("no money");
      assertThatThrownBy(() -> transfers.publish(transfer("aborted")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "A transactional producer publishes within PaymentProducer.inTransaction only.");
    }

    assertThat(of(PaymentEvent.BANK_TRANSFER, "committed")).hasSize(1);
    assertThat(of(PaymentEvent.CREDIT_CARD, "committed")).hasSize(1);
    assertThat(of(PaymentEvent.BANK_TRANSFER, "aborted")).isEmpty();
  }

  @Test
  void saysHowAProducerBecomesTransactional() {
    try (PaymentProducer producer = PaymentProducer.open(broker.settings())) {
      assertThatThrownBy(() -> producer.inTransaction(() -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "This producer is not transactional. Open it with ProducerOptions.withTransactionalId.");
    }
  }

  private static BankTransfer transfer(String customer) {
    return BankTransfer.builder()
        .customerId(customer)
        .debtorIban("DE89370400440532013000")
        .instructedAmount("1", "EUR")
        .build();
  }

  private static CardPayment cardPayment(String customer) {
    return CardPayment.builder()
        .customerId(customer)
        .cardNumber(CardNumber.of("4111111111111111"))
        .amount("1", "EUR")
        .build();
  }

  private static List<ConsumerRecord<String, byte[]>> of(PaymentEvent event, String customer) {
    return broker.records(event, new ByteArrayDeserializer()).stream()
        .filter(message -> message.key().equals(customer))
        .toList();
  }

  private static List<String> headers(String customer) {
    ConsumerRecord<String, byte[]> message = of(PaymentEvent.BANK_TRANSFER, customer).get(0);
    return IntStream.range(0, message.headers().toArray().length)
        .mapToObj(i -> message.headers().toArray()[i])
        .map(header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
        .toList();
  }
}
