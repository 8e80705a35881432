// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A normalized payment as it must be, or is found, among a customer's last five; money with four
 * decimals.
 */
public record ExpectedPayment(
    String paymentId,
    String paymentType,
    BigDecimal amount,
    String currency,
    Optional<String> accountNo,
    Optional<String> accountName,
    Optional<String> bankName,
    Optional<String> counterparty,
    Optional<String> referenceNo,
    String status,
    Instant transactedAt) {

  /**
   * Newest first; equal times by id, descending. Two of one id and time differ in their contents,
   * which must not be: then by those, so that the order is one all the same.
   */
  static final Comparator<ExpectedPayment> NEWEST_FIRST =
      Comparator.comparing(ExpectedPayment::transactedAt)
          .thenComparing(ExpectedPayment::paymentId)
          .thenComparing(ExpectedPayment::contents)
          .reversed();

  private static final String ABSENT = "\u2400";

  /**
   * A column and what it holds.
   *
   * @param field as the column is named
   */
  record Value(String field, Optional<String> text) {}

  /** Every column but the id. */
  List<Value> values() {
    return List.of(
        value("payment_type", paymentType),
        value("amount", amount.toPlainString()),
        value("currency", currency),
        new Value("account_no", accountNo),
        new Value("account_name", accountName),
        new Value("bank_name", bankName),
        new Value("counterparty", counterparty),
        new Value("reference_no", referenceNo),
        value("status", status),
        value("transacted_at", transactedAt.toString()));
  }

  private static Value value(String field, String text) {
    return new Value(field, Optional.of(text));
  }

  private String contents() {
    return values().stream()
        .map(value -> value.text().orElse(ABSENT))
        .collect(Collectors.joining("\u241f"));
  }
}
