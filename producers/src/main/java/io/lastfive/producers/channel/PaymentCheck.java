// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects everything that is wrong with one payment before it is sent, so that it can be mended in
 * one go. One instance a payment; not thread-safe. Sound payments cost no allocation here: this
 * runs for every record.
 */
public final class PaymentCheck {
  private static final int CUSTOMER_ID_LONGEST = 64;
  private static final long YEAR_10000 = 253_402_300_800L;

  private @Nullable List<String> problems;

  /** Notes that {@code field} is wrong as {@code problem} says. */
  public void note(String field, String problem) {
    if (problems == null) {
      problems = new ArrayList<>();
    }
    problems.add(field + " " + problem);
  }

  public void note(String field, Optional<String> problem) {
    if (problem.isPresent()) {
      note(field, problem.get());
    }
  }

  /** Notes the problems of a part that checked itself, such as a card number. */
  public void note(RefusedPayment refused) {
    if (problems == null) {
      problems = new ArrayList<>();
    }
    problems.addAll(refused.problems());
  }

  public void present(String field, @Nullable Object value) {
    if (value == null) {
      note(field, "is missing");
    }
  }

  public boolean isClean() {
    return problems == null;
  }

  /** The refusal that names everything noted. */
  public RefusedPayment refused() {
    return new RefusedPayment(problems == null ? List.of() : problems);
  }

  /** Refuses the payment where anything was noted. */
  public void refuseIfNoted() {
    if (problems != null) {
      throw refused();
    }
  }

  /** A text that must be there. Free text holds no card number, see {@link CardShapedText}. */
  public void text(String field, @Nullable String value, int longest) {
    if (value == null || isBlank(value)) {
      note(field, "is missing");
      return;
    }
    optionalText(field, value, longest);
  }

  public void optionalText(String field, @Nullable String value, int longest) {
    if (value == null) {
      return;
    }
    if (value.length() > longest) {
      note(field, "has %d characters; at most %d fit".formatted(value.length(), longest));
    }
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i))) {
        note(field, "has a control character at position " + (i + 1));
        break;
      }
    }
    if (CardShapedText.isIn(value)) {
      note(
          field,
          "holds what reads as a card number (13 to 19 digits that pass the Luhn check); take it out or break the digits with"
              + " letters");
    }
  }

  /** The record's key. */
  public void customerId(@Nullable String value) {
    text("customer_id", value, CUSTOMER_ID_LONGEST);
    if (value != null
        && value.length() > 0
        && (Character.isWhitespace(value.charAt(0))
            || Character.isWhitespace(value.charAt(value.length() - 1)))) {
      note("customer_id", "starts or ends with white space; it would be another customer");
    }
  }

  /** A code of letters and digits, {@code shortest} to {@code longest} of them. */
  public void optionalCode(String field, @Nullable String value, int shortest, int longest) {
    if (value == null) {
      return;
    }
    boolean fits = value.length() >= shortest && value.length() <= longest;
    for (int i = 0; fits && i < value.length(); i++) {
      fits = isLetterOrDigit(value.charAt(i));
    }
    if (!fits) {
      String length = shortest == longest ? "" + shortest : shortest + " to " + longest;
      note(field, "is not %s letters and digits (A-Z, 0-9)".formatted(length));
    }
  }

  public void optionalDigits(String field, @Nullable String value, int length) {
    if (value == null) {
      return;
    }
    boolean fits = value.length() == length;
    for (int i = 0; fits && i < length; i++) {
      fits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
    }
    if (!fits) {
      note(field, "is not %d digits".formatted(length));
    }
  }

  /** A UUID in its canonical form, letters small. */
  public void uuid(String field, @Nullable String value) {
    if (value == null) {
      note(field, "is missing");
      return;
    }
    boolean fits = value.length() == 36;
    for (int i = 0; fits && i < 36; i++) {
      char c = value.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      fits = dash ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    if (!fits) {
      note(field, "is not a UUID in small letters, such as 6fa459ea-ee8a-4ca4-894e-db77e160355e");
    }
  }

  public void oneOf(String field, @Nullable String value, List<String> allowed) {
    if (value == null || !allowed.contains(value)) {
      note(
          field,
          (value == null ? "is none" : Shown.quoted(value) + " is none")
              + " of "
              + String.join(", ", allowed));
    }
  }

  /** An amount above zero that fits the event and has no more decimals than its currency. */
  public void amount(
      String amountField,
      @Nullable BigDecimal amount,
      String currencyField,
      @Nullable String currency) {
    if (currency != null && amount != null && Amounts.isPlainlySound(amount, currency)) {
      return;
    }
    boolean known = currency != null && Currencies.isKnown(currency);
    if (currency == null) {
      note(currencyField, "is missing");
    } else if (!known) {
      note(
          currencyField,
          currency.length() != 3
              ? "is no ISO 4217 code such as EUR"
              : "'" + currency + "' is no ISO 4217 code such as EUR");
    }
    if (amount == null) {
      note(amountField, "is missing");
      return;
    }
    if (amount.signum() <= 0) {
      note(
          amountField,
          "%s is not above zero; a refund is a payment of its own with status REFUNDED"
              .formatted(Amounts.shown(amount)));
    }
    if (!Amounts.fitsIntegerDigits(amount)) {
      note(
          amountField,
          "has %d digits before the decimal point; at most 15 fit"
              .formatted((long) amount.precision() - amount.scale()));
    }
    int decimals = known && currency != null ? Currencies.decimals(currency) : Amounts.SCALE;
    if (!Amounts.fitsDecimals(amount, decimals)) {
      note(
          amountField,
          "%s has more decimals than %s has (%d)"
              .formatted(Amounts.shown(amount), known ? currency : "an amount", decimals));
    }
    if (isClean() && amount.scale() != Amounts.SCALE) {
      note(amountField, "has scale %d; the event needs scale 4".formatted(amount.scale()));
    }
  }

  /** A time between 1970 and 9999: what sorts and prints as it should further on. */
  public void time(String field, @Nullable Instant value) {
    if (value == null) {
      note(field, "is missing");
    } else if (value.getEpochSecond() < 0 || value.getEpochSecond() >= YEAR_10000) {
      note(field, "is not between the years 1970 and 9999");
    }
  }

  private static boolean isBlank(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isWhitespace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  }
}
