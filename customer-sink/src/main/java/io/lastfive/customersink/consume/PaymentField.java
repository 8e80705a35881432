// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The fields of a payment in the aggregate, as the writer's schema and the table's JSON name them.
 */
enum PaymentField {
  PAYMENT_ID("paymentId", Kind.TEXT, true),
  PAYMENT_TYPE("paymentType", Kind.TEXT, true),
  AMOUNT("amount", Kind.AMOUNT, true),
  CURRENCY("currency", Kind.TEXT, true),
  ACCOUNT_NO("accountNo", Kind.TEXT, false),
  ACCOUNT_NAME("accountName", Kind.TEXT, false),
  BANK_NAME("bankName", Kind.TEXT, false),
  COUNTERPARTY("counterparty", Kind.TEXT, false),
  REFERENCE_NO("referenceNo", Kind.TEXT, false),
  STATUS("status", Kind.TEXT, true),
  TRANSACTED_AT("transactedAt", Kind.TIME, true);

  enum Kind {
    TEXT,
    AMOUNT,
    TIME
  }

  /**
   * The order in which jsonb keeps an object's keys, shorter ones first: PostgreSQL need not sort
   * what comes so.
   */
  static final List<PaymentField> IN_JSONB_ORDER =
      Stream.of(values())
          .sorted(
              Comparator.comparingInt((PaymentField field) -> field.jsonName.length())
                  .thenComparing(field -> field.jsonName))
          .toList();

  final String jsonName;
  final Kind kind;
  final boolean mandatory;

  PaymentField(String jsonName, Kind kind, boolean mandatory) {
    this.jsonName = jsonName;
    this.kind = kind;
    this.mandatory = mandatory;
  }
}
