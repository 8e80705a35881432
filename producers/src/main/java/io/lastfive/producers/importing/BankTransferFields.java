// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.PaymentChannel;
import io.lastfive.producers.channel.PaymentCheck;
import io.lastfive.producers.channel.banktransfer.BankTransferChannel;
import io.lastfive.producers.channel.banktransfer.Iban;
import io.lastfive.producers.channel.banktransfer.SettledAt;
import io.lastfive.schemas.BankTransferPayment;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Texts become a bank transfer; IBANs lose their spaces. */
public final class BankTransferFields implements ChannelFields<BankTransferPayment> {
  private static final List<PaymentField> FIELDS =
      List.of(
          PaymentField.of("uetr", "paymentid", "id", "trxid", "transactionid", "uuid"),
          PaymentField.of(
              "customer_id", "customer", "custid", "customerno", "customernumber", "clientid"),
          PaymentField.of(
              "instructed_amount",
              "amount",
              "instdamt",
              "trxamount",
              "transactionamount",
              "value",
              "paymentamount"),
          PaymentField.of("currency", "currencycode", "ccy", "cur", "instructedcurrency"),
          PaymentField.of(
              "debtor_iban",
              "iban",
              "accountno",
              "accountnumber",
              "dbtracct",
              "debtoraccount",
              "fromiban",
              "dbtriban",
              "debtoraccountiban"),
          PaymentField.of(
              "debtor_name", "accountname", "debtor", "dbtr", "accountholder", "fromname"),
          PaymentField.of("debtor_agent_name", "bankname", "bank", "debtorbank", "debtoragent"),
          PaymentField.of(
              "debtor_agent_bic", "bic", "swift", "bicfi", "debtorbic", "debtoragentbicfi"),
          PaymentField.of(
              "creditor_name",
              "creditor",
              "cdtr",
              "payee",
              "beneficiary",
              "beneficiaryname",
              "toname"),
          PaymentField.of(
              "creditor_iban",
              "cdtracct",
              "creditoraccount",
              "beneficiaryiban",
              "payeeiban",
              "toiban",
              "cdtriban",
              "creditoraccountiban"),
          PaymentField.of("end_to_end_id", "endtoendid", "e2eid", "referenceno", "reference"),
          PaymentField.of(
              "remittance_information", "rmtinf", "ustrd", "remittance", "purpose", "description"),
          PaymentField.of("status", "paymentstatus", "txsts", "state", "trxstatus"),
          PaymentField.of(
              "settled_at",
              "settlementdate",
              "settlementtime",
              "trxdate",
              "date",
              "datetime",
              "timestamp",
              "time"));

  private final Optional<ZoneId> zone;

  /**
   * @param zone of times that say no offset; empty: they are refused
   */
  public BankTransferFields(Optional<ZoneId> zone) {
    this.zone = zone;
  }

  @Override
  public List<PaymentField> fields() {
    return FIELDS;
  }

  @Override
  public PaymentChannel<BankTransferPayment> channel() {
    return new BankTransferChannel();
  }

  @Override
  public List<List<String>> mandatory() {
    return List.of(
        List.of("customer_id"),
        List.of("instructed_amount"),
        List.of("currency"),
        List.of("debtor_iban"),
        List.of("status"),
        List.of("settled_at"));
  }

  @Override
  public BankTransferPayment event(Map<String, String> values) {
    PaymentCheck check = new PaymentCheck();
    FieldTexts texts = new FieldTexts(values, zone, check);
    Optional<String> id = texts.uuid("uetr", "bank");
    BigDecimal amount = texts.amount("instructed_amount");
    OffsetDateTime settledAt = texts.time("settled_at");
    String settledAtText = SettledAt.text(settledAt);
    BankTransferPayment event =
        new BankTransferPayment(
            id.orElseGet(() -> idOf(values, amount, settledAtText)),
            texts.text("customer_id"),
            amount,
            texts.code("currency"),
            iban(texts.text("debtor_iban")),
            texts.text("debtor_name"),
            texts.text("debtor_agent_name"),
            texts.code("debtor_agent_bic"),
            texts.text("creditor_name"),
            iban(texts.text("creditor_iban")),
            texts.text("end_to_end_id"),
            texts.text("remittance_information"),
            texts.code("status"),
            settledAtText);
    channel().check(event, check);
    check.refuseIfNoted();
    return event;
  }

  private static @Nullable String iban(@Nullable String text) {
    return text == null ? null : Iban.normalize(text);
  }

  /**
   * A payment without an id gets one from what it says, so that importing it again is the same
   * payment.
   */
  private static String idOf(Map<String, String> values, BigDecimal amount, String settledAt) {
    List<String> parts = new ArrayList<>(List.of("bank", amount.toPlainString(), settledAt));
    for (PaymentField field : FIELDS) {
      parts.add(values.getOrDefault(field.name(), ""));
    }
    return FieldTexts.named(String.join("\u001f", parts));
  }
}
