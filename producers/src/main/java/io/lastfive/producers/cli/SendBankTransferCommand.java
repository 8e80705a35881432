// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.producers.cli.MandatoryFields.Mandatory;
import io.lastfive.producers.importing.BankTransferFields;
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

/** Sends one bank transfer. */
@Command(
    name = "bank",
    description = "Sends one bank transfer.",
    footer = {
      "",
      "Example: lastfive send bank --customer-id C-000001 --debtor-iban DE89370400440532013000 --amount 99.90 --currency EUR"
    })
final class SendBankTransferCommand implements Callable<Integer> {
  private static final List<Mandatory> MANDATORY =
      List.of(
          new Mandatory("customer_id", "--customer-id", "Customer id", false),
          new Mandatory("debtor_iban", "--debtor-iban", "The customer's IBAN", false),
          new Mandatory("instructed_amount", "--amount", "Amount, such as 99.90", false));

  /** With these a payment passes the scripts. */
  private static final List<String> PASSING = List.of("ACSC");

  @ParentCommand private SendCommand send;

  @Mixin private CommonOptions common;
  @Mixin private FollowOptions following;

  private final Map<String, String> values = new LinkedHashMap<>();

  @Option(
      names = "--uetr",
      paramLabel = "UUID",
      description = "The payment's id (default: a random one).")
  void uetr(String value) {
    values.put("uetr", value);
  }

  @Option(names = "--customer-id", paramLabel = "ID", description = "Who pays; the record's key.")
  void customerId(String value) {
    values.put("customer_id", value);
  }

  @Option(
      names = {"--amount", "--instructed-amount"},
      paramLabel = "N",
      description = "Such as 99.90.")
  void instructedAmount(String value) {
    values.put("instructed_amount", value);
  }

  @Option(
      names = "--currency",
      paramLabel = "CODE",
      defaultValue = "EUR",
      description = "ISO 4217 (default: ${DEFAULT-VALUE}).")
  void currency(String value) {
    values.put("currency", value);
  }

  @Option(names = "--debtor-iban", paramLabel = "IBAN", description = "The customer's account.")
  void debtorIban(String value) {
    values.put("debtor_iban", value);
  }

  @Option(names = "--debtor-name", paramLabel = "NAME", description = "The account's holder.")
  void debtorName(String value) {
    values.put("debtor_name", value);
  }

  @Option(names = "--debtor-agent-name", paramLabel = "NAME", description = "The customer's bank.")
  void debtorAgentName(String value) {
    values.put("debtor_agent_name", value);
  }

  @Option(
      names = "--debtor-agent-bic",
      paramLabel = "BIC",
      description = "8 or 11 letters and digits.")
  void debtorAgentBic(String value) {
    values.put("debtor_agent_bic", value);
  }

  @Option(names = "--creditor-name", paramLabel = "NAME", description = "Who is paid.")
  void creditorName(String value) {
    values.put("creditor_name", value);
  }

  @Option(names = "--creditor-iban", paramLabel = "IBAN", description = "Where to.")
  void creditorIban(String value) {
    values.put("creditor_iban", value);
  }

  @Option(names = "--end-to-end-id", paramLabel = "REF", description = "Up to 35 characters.")
  void endToEndId(String value) {
    values.put("end_to_end_id", value);
  }

  @Option(
      names = "--remittance-information",
      paramLabel = "TEXT",
      description = "What for, up to 140 characters.")
  void remittanceInformation(String value) {
    values.put("remittance_information", value);
  }

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      defaultValue = "ACSC",
      description = "ACSC, ACSP or RJCT (default: ${DEFAULT-VALUE}).")
  void status(String value) {
    values.put("status", value);
  }

  @Option(
      names = "--settled-at",
      paramLabel = "TIME",
      description = "Such as 2026-01-31T13:45:00+01:00 (default: now).")
  void settledAt(String value) {
    values.put("settled_at", value);
  }

  @Override
  public Integer call() {
    MandatoryFields.complete(MANDATORY, values, send.asker());
    values.putIfAbsent("uetr", UUID.randomUUID().toString());
    values.putIfAbsent("settled_at", Instant.now().toString());
    return new OnePayment(common, send, following)
        .send(common.settings(), new BankTransferFields(Optional.empty()), values, PASSING);
  }
}
