// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.cli.pipeline.EventFields;
import io.lastfive.schemas.PaymentEvent;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.generic.IndexedRecord;

/**
 * What the normalizing scripts must make of an event, in plain Java: a payment in the columns that
 * every channel shares, or a reason why it is left out. For one thread.
 */
final class ExpectedNormalization {
  private static final Instant TOO_LATE = Instant.ofEpochMilli(1_000_000_000_000_000L);
  private static final int AMOUNT_SCALE = 4;
  private static final int LENGTH_IN_UTC = "2026-01-31T13:45:00.000Z".length();
  private static final int LENGTH_WITH_OFFSET = "2026-01-31T13:45:00.000+01:00".length();
  private static final int PLACE_OF_POINT = "2026-01-31T13:45:00".length();
  private static final int INTERNED = 20_000;
  private static final Set<String> STATUSES = Set.of("AUTHORIZED", "DECLINED", "ACSP", "RJCT");

  private final EventFields fields = new EventFields();

  /** Values that many payments share are kept once. */
  private final Map<String, String> interned = new HashMap<>();

  /** Either a payment or why there is none. */
  record Outcome(Optional<ExpectedPayment> payment, String leftOut) {}

  /** Thrown and caught here: a field without which nothing passes is not there. */
  private static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;

    Missing(String reason) {
      super(reason, null, false, false);
    }
  }

  Outcome of(PaymentEvent channel, IndexedRecord event) {
    try {
      return switch (channel) {
        case CREDIT_CARD -> card(event);
        case BANK_TRANSFER -> transfer(event);
      };
    } catch (Missing missing) {
      return leftOut(String.valueOf(missing.getMessage()));
    }
  }

  private Outcome card(IndexedRecord event) throws Missing {
    String status = fields.text(event, "status").orElse("");
    boolean refunded = status.equals("REFUNDED");
    if (!refunded && !status.equals("CAPTURED")) {
      return leftOut(ofStatus(status));
    }
    return new Outcome(
        Optional.of(
            new ExpectedPayment(
                mandatory(event, "payment_id"),
                "CC",
                amount(event, "amount"),
                intern(mandatory(event, "currency")),
                optional(event, "card_number_masked"),
                optional(event, "cardholder_name"),
                optional(event, "issuer_name"),
                optional(event, "merchant_name"),
                optional(event, "retrieval_reference"),
                refunded ? "REFUNDED" : "SETTLED",
                inRange(
                    fields
                        .time(event, "transacted_at")
                        .orElseThrow(() -> new Missing("no transacted_at"))))),
        "");
  }

  private Outcome transfer(IndexedRecord event) throws Missing {
    String status = fields.text(event, "status").orElse("");
    if (!status.equals("ACSC")) {
      return leftOut(ofStatus(status));
    }
    return new Outcome(
        Optional.of(
            new ExpectedPayment(
                mandatory(event, "uetr"),
                "BANK_TRF",
                amount(event, "instructed_amount"),
                intern(mandatory(event, "currency")),
                fields.text(event, "debtor_iban").map(ExpectedNormalization::masked),
                optional(event, "debtor_name"),
                optional(event, "debtor_agent_name"),
                optional(event, "creditor_name"),
                optional(event, "end_to_end_id"),
                "SETTLED",
                inRange(settledAt(event)))),
        "");
  }

  private static Outcome leftOut(String reason) {
    return new Outcome(Optional.empty(), reason);
  }

  /** A status that nobody knows is data, which is not shown. */
  private static String ofStatus(String status) {
    return status.isEmpty()
        ? "no status"
        : STATUSES.contains(status) ? "status " + status : "a status that is none";
  }

  private String mandatory(IndexedRecord event, String field) throws Missing {
    return fields
        .text(event, field)
        .map(ExpectedNormalization::clean)
        .orElseThrow(() -> new Missing("no " + field));
  }

  private Optional<String> optional(IndexedRecord event, String field) {
    return fields.text(event, field).map(ExpectedNormalization::clean).map(this::intern);
  }

  private static BigDecimal scaled(BigDecimal amount, String field) throws Missing {
    try {
      return amount.setScale(AMOUNT_SCALE, RoundingMode.UNNECESSARY);
    } catch (ArithmeticException tooFine) {
      throw new Missing(field + " has more than four decimals");
    }
  }

  private BigDecimal amount(IndexedRecord event, String field) throws Missing {
    return scaled(
        fields.decimal(event, field).orElseThrow(() -> new Missing("no " + field)), field);
  }

  private Instant settledAt(IndexedRecord event) throws Missing {
    String text = fields.text(event, "settled_at").orElseThrow(() -> new Missing("no settled_at"));
    boolean shaped =
        (text.length() == LENGTH_IN_UTC || text.length() == LENGTH_WITH_OFFSET)
            && text.charAt(PLACE_OF_POINT) == '.';
    try {
      if (shaped) {
        return OffsetDateTime.parse(text).toInstant();
      }
    } catch (DateTimeParseException e) {
      // As one that has not the shape.
    }
    throw new Missing("settled_at is no time such as 2026-01-31T13:45:00.000+01:00");
  }

  private static Instant inRange(Instant time) throws Missing {
    if (time.isBefore(Instant.EPOCH) || !time.isBefore(TOO_LATE)) {
      throw new Missing("a time before 1970 or too far ahead");
    }
    return time;
  }

  private static String masked(String iban) {
    int hidden = Math.max(0, iban.length() - 4);
    return "*".repeat(hidden) + iban.substring(hidden);
  }

  /** The signs with which the last five are packed become spaces. */
  private static String clean(String text) {
    return text.replace('\u241f', ' ').replace('\u2400', ' ');
  }

  private String intern(String text) {
    if (interned.size() < INTERNED) {
      String known = interned.putIfAbsent(text, text);
      return known == null ? text : known;
    }
    return interned.getOrDefault(text, text);
  }
}
