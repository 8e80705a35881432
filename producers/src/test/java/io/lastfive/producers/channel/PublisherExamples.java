// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import io.lastfive.producers.channel.banktransfer.BankTransfer;
import io.lastfive.producers.channel.banktransfer.BankTransferPaymentPublisher;
import io.lastfive.producers.channel.creditcard.CardNumber;
import io.lastfive.producers.channel.creditcard.CardPayment;
import io.lastfive.producers.channel.creditcard.CreditCardPaymentPublisher;
import io.lastfive.settings.Settings;

/** The examples of the publishers' Javadoc, compiled and run; a test compares the texts. */
final class PublisherExamples {
  private PublisherExamples() {}

  static void creditCard(Settings settings) {
    // example: creditcard/CreditCardPaymentPublisher
    try (CreditCardPaymentPublisher publisher = CreditCardPaymentPublisher.open(settings)) {
      CardPayment payment =
          CardPayment.builder()
              .customerId("C-1")
              .cardNumber(CardNumber.of("4111 1111 1111 1111"))
              .amount("12.50", "EUR")
              .build();
      publisher.publish(payment).join();
    }
    // end
  }

  static void bankTransfer(Settings settings) {
    // example: banktransfer/BankTransferPaymentPublisher
    try (BankTransferPaymentPublisher publisher = BankTransferPaymentPublisher.open(settings)) {
      BankTransfer transfer =
          BankTransfer.builder()
              .customerId("C-1")
              .debtorIban("DE89 3704 0044 0532 0130 00")
              .instructedAmount("99.90", "EUR")
              .build();
      publisher.publish(transfer).join();
    }
    // end
  }
}
