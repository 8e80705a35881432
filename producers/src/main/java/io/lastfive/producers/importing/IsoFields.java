// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.CardShapedText;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.producers.channel.banktransfer.Iban;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The fields of a bank transfer in an ISO 20022 message. An order (pain.001) counts as settled on
 * its requested day unless the mapping says another status; a message says who banks are and who
 * pays in several places, of which the nearest counts.
 */
final class IsoFields {
  private static final int LONGEST_REMITTANCE = 140;
  private static final String NOT_PROVIDED = "NOTPROVIDED";
  private static final Pattern DATE_WITH_ZONE =
      Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(Z|[+-]\\d{2}:\\d{2})");

  private final CustomerSource customers;
  private long maskedTexts;

  IsoFields(CustomerSource customers) {
    this.customers = customers;
  }

  PaymentRow row(IsoTransfer transfer) {
    List<PaymentRow.Cell> cells = new ArrayList<>();
    CustomerSource.Debtor debtor = debtor(transfer);
    Optional<String> iban = customers.iban(debtor);
    add(cells, "uetr", Optional.of(id(transfer)));
    String problem = customer(cells, debtor).orElse("");
    String amount = amountPath(transfer);
    add(cells, "instructed_amount", transfer.transaction().find(amount));
    add(cells, "currency", transfer.transaction().find(amount + "/@Ccy"));
    add(cells, "debtor_iban", iban);
    add(cells, "debtor_name", transfer.first("Dbtr/Nm", "Dbtr/Pty/Nm", "DbtrAcct/Nm"));
    add(cells, "debtor_agent_name", transfer.first("DbtrAgt/FinInstnId/Nm"));
    add(cells, "debtor_agent_bic", bic(transfer));
    add(cells, "creditor_name", transfer.first("Cdtr/Nm", "Cdtr/Pty/Nm", "CdtrAcct/Nm"));
    add(cells, "creditor_iban", iban(transfer, "CdtrAcct"));
    add(
        cells,
        "end_to_end_id",
        transfer
            .first("PmtId/EndToEndId")
            .filter(IsoFields::isProvided)
            .map(this::withoutCardNumbers));
    add(cells, "remittance_information", remittance(transfer));
    add(cells, "settled_at", time(transfer));
    problem = problem(transfer, debtor, iban, problem);
    return new PaymentRow(
        transfer.line(),
        Optional.of(transfer.path()),
        cells,
        "",
        problem.isEmpty() ? Optional.empty() : Optional.of(problem));
  }

  private static void add(List<PaymentRow.Cell> cells, String field, Optional<String> value) {
    value.ifPresent(text -> cells.add(new PaymentRow.Cell(field, text)));
  }

  /** Adds the customer's id, or says why there is none. */
  private Optional<String> customer(List<PaymentRow.Cell> cells, CustomerSource.Debtor debtor) {
    if (!customers.knowsAny()) {
      return Optional.empty();
    }
    try {
      add(cells, "customer_id", Optional.of(customers.customerId(debtor)));
      return Optional.empty();
    } catch (RefusedPayment unknown) {
      return Optional.of(String.join("; ", unknown.problems()));
    }
  }

  private static String problem(
      IsoTransfer transfer,
      CustomerSource.Debtor debtor,
      Optional<String> iban,
      String problemWithCustomer) {
    if (transfer.batch().find("PmtMtd").filter("CHK"::equals).isPresent()) {
      return "PmtMtd CHK orders a cheque, which is no transfer";
    }
    if (iban.isEmpty()) {
      String known =
          debtor.otherAccount().isPresent() ? "account" : debtor.id().isPresent() ? "id" : "";
      return "DbtrAcct has no Id/IBAN, which debtor_iban needs"
          + (known.isEmpty()
              ? ""
              : "; a file for --lookup (columns account, customer_id, iban) can give the IBAN of the debtor's "
                  + known);
    }
    return problemWithCustomer;
  }

  private static CustomerSource.Debtor debtor(IsoTransfer transfer) {
    Optional<String> id =
        transfer.first(
            "Dbtr/Id/PrvtId/Othr/Id",
            "Dbtr/Id/OrgId/Othr/Id",
            "Dbtr/Id/OrgId/LEI",
            "Dbtr/Id/OrgId/AnyBIC",
            "Dbtr/Id/OrgId/BICOrBEI",
            "Dbtr/Id/OrgId/BIC");
    return new CustomerSource.Debtor(
        iban(transfer, "DbtrAcct").map(Iban::normalize), account(transfer, "DbtrAcct"), id);
  }

  /** What stands under IBAN, right or wrong, or what is one under Othr. */
  private static Optional<String> iban(IsoTransfer transfer, String element) {
    return account(transfer, element)
        .filter(text -> isIban(text) || transfer.first(element + "/Id/IBAN").isPresent());
  }

  /** IBANs stand under Othr, too. */
  private static Optional<String> account(IsoTransfer transfer, String element) {
    return transfer
        .first(element + "/Id/IBAN", element + "/Id/Othr/Id", element + "/Id/PrtryAcct/Id")
        .filter(IsoFields::isProvided);
  }

  private static boolean isIban(String text) {
    return Iban.problemWith(Iban.normalize(text)).isEmpty();
  }

  private static boolean isProvided(String text) {
    return !text.replaceAll("[^A-Za-z]", "").toUpperCase(Locale.ROOT).equals(NOT_PROVIDED);
  }

  private static Optional<String> bic(IsoTransfer transfer) {
    return transfer
        .first("DbtrAgt/FinInstnId/BICFI", "DbtrAgt/FinInstnId/BIC")
        .filter(IsoFields::isProvided);
  }

  private static String amountPath(IsoTransfer transfer) {
    List<String> paths =
        transfer.message() == IsoMessage.PAIN_001
            ? List.of("Amt/InstdAmt", "Amt/EqvtAmt/Amt")
            : List.of("InstdAmt", "IntrBkSttlmAmt");
    return paths.stream()
        .filter(path -> transfer.transaction().find(path).isPresent())
        .findFirst()
        .orElse(paths.get(0));
  }

  private Optional<String> remittance(IsoTransfer transfer) {
    return transfer
        .first(
            "RmtInf/Ustrd",
            "RmtInf/Strd/CdtrRefInf/Ref",
            "RmtInf/Strd/CdtrRefInf/CdtrRef",
            "RmtInf/Strd/RfrdDocInf/Nb",
            "RmtInf/Strd/AddtlRmtInf")
        .map(this::withoutCardNumbers)
        .map(text -> text.substring(0, Math.min(LONGEST_REMITTANCE, text.length())).strip());
  }

  /**
   * References have many digits, and one in ten passes for a card number: whether it is one or not,
   * the payment is taken and the digits are not.
   */
  private String withoutCardNumbers(String text) {
    if (!CardShapedText.isIn(text)) {
      return text;
    }
    maskedTexts++;
    return HiddenDigits.ofCardNumbers(text);
  }

  /** In how many texts something was masked. */
  long maskedTexts() {
    return maskedTexts;
  }

  private static Optional<String> time(IsoTransfer transfer) {
    Optional<String> time =
        transfer.message() == IsoMessage.PAIN_001
            ? transfer.first("ReqdExctnDt", "ReqdExctnDt/DtTm", "ReqdExctnDt/Dt")
            : transfer.find("IntrBkSttlmDt").or(() -> transfer.find("AccptncDtTm"));
    return time.or(() -> transfer.header().find("CreDtTm"))
        .map(text -> DATE_WITH_ZONE.matcher(text).replaceFirst("$1T00:00:00$2"));
  }

  /**
   * The message's own UETR, else one made from what identifies the transfer in it: the same
   * whenever the message is imported, and another for each transfer of it. Banks and customers
   * count their messages each for themselves, and so it takes who pays how much, too.
   */
  private static String id(IsoTransfer transfer) {
    return transfer
        .first("PmtId/UETR")
        .orElseGet(
            () ->
                FieldTexts.named(
                    String.join(
                        "\u001f",
                        transfer.message().identifier(),
                        transfer.header().find("MsgId").orElse(""),
                        transfer.header().find("CreDtTm").orElse(""),
                        transfer.batch().find("PmtInfId").orElse(""),
                        transfer.first("PmtId/InstrId").orElse(""),
                        transfer.first("PmtId/EndToEndId").orElse(""),
                        transfer.first("PmtId/TxId").orElse(""),
                        account(transfer, "DbtrAcct").map(Iban::normalize).orElse(""),
                        transfer.transaction().find(amountPath(transfer)).orElse(""),
                        Long.toString(transfer.position()))));
  }
}
