// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** A normalized payment as it must be among a customer's last five; money with four decimals. */
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

  /** Newest first; equal times by id, descending. */
  static final Comparator<ExpectedPayment> NEWEST_FIRST =
      Comparator.comparing(ExpectedPayment::transactedAt)
          .thenComparing(ExpectedPayment::paymentId)
          .reversed();
}
