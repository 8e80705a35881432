// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

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

  final String jsonName;
  final Kind kind;
  final boolean mandatory;

  PaymentField(String jsonName, Kind kind, boolean mandatory) {
    this.jsonName = jsonName;
    this.kind = kind;
    this.mandatory = mandatory;
  }
}
