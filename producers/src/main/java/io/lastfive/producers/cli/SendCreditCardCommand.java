// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.producers.channel.creditcard.CardTokenizer;
import io.lastfive.producers.cli.MandatoryFields.Mandatory;
import io.lastfive.producers.importing.CreditCardFields;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommonOptions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Sends one card payment. */
@Command(
    name = "cc",
    description = {
      "Sends one card payment. The number is masked and turned into a token first; it is never sent nor logged.",
      "A number on the command line stays in the shell's history: use test numbers here."
    },
    footer = {
      "",
      "Example: lastfive send cc --customer-id C-000001 --card-number 4111111111111111 --amount 12.50 --currency EUR"
    })
final class SendCreditCardCommand implements Callable<Integer> {
  private static final List<Mandatory> MANDATORY =
      List.of(
          new Mandatory("customer_id", "--customer-id", "Customer id", false),
          new Mandatory("card_number", "--card-number", "Card number", true),
          new Mandatory("amount", "--amount", "Amount, such as 12.50", false));

  /** With these a payment passes the scripts. */
  private static final List<String> PASSING = List.of("CAPTURED", "REFUNDED");

  @ParentCommand private SendCommand send;

  @Mixin private CommonOptions common;
  @Mixin private FollowOptions following;

  private final Map<String, String> values = new LinkedHashMap<>();

  @Option(names = "--payment-id", paramLabel = "UUID", description = "Default: a random one.")
  void paymentId(String value) {
    values.put("payment_id", value);
  }

  @Option(names = "--customer-id", paramLabel = "ID", description = "Who pays; the record's key.")
  void customerId(String value) {
    values.put("customer_id", value);
  }

  @Option(names = "--amount", paramLabel = "N", description = "Such as 12.50.")
  void amount(String value) {
    values.put("amount", value);
  }

  @Option(
      names = "--currency",
      paramLabel = "CODE",
      defaultValue = "EUR",
      description = "ISO 4217 (default: ${DEFAULT-VALUE}).")
  void currency(String value) {
    values.put("currency", value);
  }

  @Option(
      names = "--card-number",
      paramLabel = "PAN",
      description = "12 to 19 digits that pass the Luhn check.")
  void cardNumber(String value) {
    values.put("card_number", value);
  }

  @Option(names = "--cardholder-name", paramLabel = "NAME", description = "Name on the card.")
  void cardholderName(String value) {
    values.put("cardholder_name", value);
  }

  @Option(names = "--issuer-name", paramLabel = "NAME", description = "Bank that issued the card.")
  void issuerName(String value) {
    values.put("issuer_name", value);
  }

  @Option(
      names = "--card-scheme",
      paramLabel = "NAME",
      description = "Default: by the number, such as VISA.")
  void cardScheme(String value) {
    values.put("card_scheme", value);
  }

  @Option(
      names = "--retrieval-reference",
      paramLabel = "REF",
      description = "ISO 8583 DE37, up to 12 letters and digits.")
  void retrievalReference(String value) {
    values.put("retrieval_reference", value);
  }

  @Option(
      names = "--authorization-code",
      paramLabel = "CODE",
      description = "ISO 8583 DE38, 6 letters and digits.")
  void authorizationCode(String value) {
    values.put("authorization_code", value);
  }

  @Option(names = "--merchant-name", paramLabel = "NAME", description = "Who is paid.")
  void merchantName(String value) {
    values.put("merchant_name", value);
  }

  @Option(
      names = "--merchant-category-code",
      paramLabel = "MCC",
      description = "ISO 18245, 4 digits.")
  void merchantCategoryCode(String value) {
    values.put("merchant_category_code", value);
  }

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      defaultValue = "CAPTURED",
      description = "AUTHORIZED, CAPTURED, DECLINED or REFUNDED (default: ${DEFAULT-VALUE}).")
  void status(String value) {
    values.put("status", value);
  }

  @Option(
      names = "--transacted-at",
      paramLabel = "TIME",
      description = "Such as 2026-01-31T13:45:00+01:00 (default: now).")
  void transactedAt(String value) {
    values.put("transacted_at", value);
  }

  @Override
  public Integer call() {
    MandatoryFields.complete(MANDATORY, values, send.asker());
    values.putIfAbsent("payment_id", UUID.randomUUID().toString());
    values.putIfAbsent("transacted_at", Instant.now().toString());
    Settings settings = common.settings();
    CreditCardFields fields = new CreditCardFields(CardTokenizer.from(settings), Optional.empty());
    return new OnePayment(common, send, following).send(settings, fields, values, PASSING);
  }
}
