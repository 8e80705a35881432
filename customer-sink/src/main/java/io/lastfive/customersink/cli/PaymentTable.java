// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.settings.cli.Console;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;

/**
 * A customer's payments as a table of text: one line a payment, amounts to the right, in their
 * currency's digits.
 */
public record PaymentTable(String title, List<List<String>> lines) {
  private static final List<String> HEADER =
      List.of("When", "Channel", "Counterparty", "Account", "Amount", "", "Status");
  private static final int AMOUNT_COLUMN = 4;
  private static final int DIGITS_OF_UNKNOWN_CURRENCY = 2;
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  public PaymentTable {
    lines = List.copyOf(lines);
  }

  /** From {@code {"customerId":..,"asOf":..,"payments":[..]}}, in the time zone of this machine. */
  public static PaymentTable of(JsonNode customer) {
    return of(customer, ZoneId.systemDefault());
  }

  static PaymentTable of(JsonNode customer, ZoneId zone) {
    List<List<String>> lines = new ArrayList<>();
    for (JsonNode payment : customer.path("payments")) {
      lines.add(
          List.of(
              when(payment.path("transactedAt").asText(), zone),
              channel(payment.path("paymentType").asText()),
              text(payment, "counterparty"),
              text(payment, "accountNo"),
              amount(payment.path("amount").asText(), payment.path("currency").asText()),
              payment.path("currency").asText(),
              payment.path("status").asText()));
    }
    return new PaymentTable(
        "Customer %s, as of %s"
            .formatted(
                customer.path("customerId").asText(), when(customer.path("asOf").asText(), zone)),
        lines);
  }

  public void print(Console console) {
    console.print(console.styled(Console.Style.BOLD, title));
    if (lines.isEmpty()) {
      console.print("No payments.");
      return;
    }
    int[] widths = new int[HEADER.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = width(HEADER.get(column));
      for (List<String> line : lines) {
        widths[column] = Math.max(widths[column], width(line.get(column)));
      }
    }
    console.print(console.styled(Console.Style.FAINT, line(HEADER, widths)));
    for (List<String> line : lines) {
      console.print(line(line, widths));
    }
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(widths[column] - width(cell));
      line.append(column == 0 ? "" : "  ");
      line.append(column == AMOUNT_COLUMN ? padding + cell : cell + padding);
    }
    return line.toString().stripTrailing();
  }

  /** Columns of a terminal: Chinese, Japanese and Korean characters take two. */
  private static int width(String text) {
    return text.codePoints()
        .map(
            character ->
                switch (Character.UnicodeScript.of(character)) {
                  case HAN, HIRAGANA, KATAKANA, HANGUL -> 2;
                  default -> 1;
                })
        .sum();
  }

  private static String text(JsonNode payment, String field) {
    return payment.path(field).isTextual() ? printable(payment.path(field).asText()) : "-";
  }

  /** A name may hold anything; a terminal obeys control characters. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static String channel(String paymentType) {
    return switch (paymentType) {
      case "CC" -> "Card";
      case "BANK_TRF" -> "Bank transfer";
      default -> words(printable(paymentType));
    };
  }

  /** A channel that came later: {@code MOBILE_WALLET} reads "Mobile wallet", as on the page. */
  private static String words(String paymentType) {
    String words = paymentType.replace('_', ' ').toLowerCase(Locale.ROOT);
    return words.isEmpty()
        ? words
        : words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static String when(String instant, ZoneId zone) {
    return WHEN.format(Instant.parse(instant).atZone(zone));
  }

  /** With the currency's digits, and more where the amount has more. */
  private static String amount(String amount, String currency) {
    BigDecimal exact = new BigDecimal(amount).stripTrailingZeros();
    int digits = Math.max(digits(currency), Math.max(0, exact.scale()));
    return String.format(
        Locale.ROOT, "%,." + digits + "f", exact.setScale(digits, RoundingMode.UNNECESSARY));
  }

  private static int digits(String currency) {
    return Currency.getAvailableCurrencies().stream()
        .filter(known -> known.getCurrencyCode().equals(currency))
        .mapToInt(Currency::getDefaultFractionDigits)
        .filter(digits -> digits >= 0)
        .findFirst()
        .orElse(DIGITS_OF_UNKNOWN_CURRENCY);
  }
}
