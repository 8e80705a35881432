// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.producers.channel.banktransfer.Iban;
import io.lastfive.settings.UserError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who the customer of a bank transfer is that does not name one: as a lookup file says, by the
 * debtor's account or id, or else made from one of them. Immutable.
 */
public final class CustomerSource {
  /** What a customer id is made from where no lookup file has one. */
  public enum Rule {
    /** Refuse the payment. */
    NONE,
    /** {@code IBAN-} and 16 hexadecimal digits of its SHA-256: an IBAN is no name for a key. */
    DEBTOR_IBAN,
    /** The debtor's id as it stands in the message. */
    DEBTOR_ID
  }

  /** The debtor as a file has it. */
  record Debtor(Optional<String> iban, Optional<String> otherAccount, Optional<String> id) {}

  /** What a line of a lookup file knows. */
  private record Known(String customerId, Optional<String> iban) {}

  private static final List<String> IDENTIFIERS =
      List.of("account", "iban", "debtor_account", "debtor_iban", "debtor_id", "key", "id");
  private static final int HASH_BYTES = 8;

  private final Rule rule;
  private final Optional<Path> lookup;
  private final Map<String, Known> known;

  private CustomerSource(Rule rule, Optional<Path> lookup, Map<String, Known> known) {
    this.rule = rule;
    this.lookup = lookup;
    this.known = known;
  }

  public static CustomerSource by(Rule rule) {
    return new CustomerSource(rule, Optional.empty(), Map.of());
  }

  /**
   * As {@code lookup} says: CSV with the columns {@code account} (an IBAN, another account number
   * or a debtor's id) and {@code customer_id}, and perhaps {@code iban}, the IBAN of an account
   * that is written otherwise. By {@code rule} where it says nothing. It is held in memory.
   */
  public static CustomerSource of(Path lookup, Rule rule) {
    Map<String, Known> known = new HashMap<>();
    try (CsvPaymentFile file = CsvPaymentFile.open(lookup, FileFormat.USUAL)) {
      List<String> columns =
          file.columns().stream().map(column -> column.toLowerCase(Locale.ROOT)).toList();
      int customer = columns.indexOf("customer_id");
      int identifier =
          IDENTIFIERS.stream()
              .map(columns::indexOf)
              .filter(index -> index >= 0)
              .findFirst()
              .orElse(-1);
      int iban = columns.indexOf("iban");
      if (customer < 0 || identifier < 0) {
        throw new UserError(
            "Lookup file '%s' needs the columns account and customer_id; it has %s."
                .formatted(lookup, String.join(", ", file.columns())));
      }
      for (Optional<PaymentRow> row = file.next(); row.isPresent(); row = file.next()) {
        if (row.get().problem().isPresent()) {
          throw new UserError(
              "Lookup file '%s' line %d: %s."
                  .formatted(lookup, row.get().line(), row.get().problem().get()));
        }
        List<PaymentRow.Cell> cells = row.get().cells();
        known.put(
            key(cells.get(identifier).value()),
            new Known(
                cells.get(customer).value().strip(),
                iban < 0 || iban == identifier
                    ? Optional.empty()
                    : Optional.of(cells.get(iban).value().strip())
                        .filter(text -> !text.isEmpty())
                        .map(Iban::normalize)));
      }
    }
    return new CustomerSource(rule, Optional.of(lookup), known);
  }

  /** Whether it can name any customer. */
  boolean knowsAny() {
    return rule != Rule.NONE || lookup.isPresent();
  }

  /** The IBAN that the lookup file gives an account that is written otherwise. */
  Optional<String> iban(Debtor debtor) {
    return debtor.iban().or(() -> find(debtor).flatMap(Known::iban));
  }

  /**
   * The customer's id.
   *
   * @throws RefusedPayment where nothing names one
   */
  String customerId(Debtor debtor) {
    return find(debtor)
        .map(Known::customerId)
        .or(() -> made(debtor))
        .orElseThrow(() -> new RefusedPayment(problem()));
  }

  private Optional<Known> find(Debtor debtor) {
    return debtor
        .iban()
        .or(debtor::otherAccount)
        .map(account -> known.get(key(account)))
        .or(() -> debtor.id().map(id -> known.get(key(id))));
  }

  private Optional<String> made(Debtor debtor) {
    return switch (rule) {
      case NONE -> Optional.empty();
      case DEBTOR_IBAN ->
          debtor.iban().or(() -> find(debtor).flatMap(Known::iban)).map(CustomerSource::pseudonym);
      case DEBTOR_ID -> debtor.id();
    };
  }

  private String problem() {
    String inLookup =
        lookup.map(file -> ": neither the debtor's account nor its id is in " + file).orElse("");
    return switch (rule) {
      case NONE -> "customer_id is missing" + inLookup;
      case DEBTOR_IBAN -> "customer_id is missing" + inLookup + ", and the debtor has no IBAN";
      case DEBTOR_ID ->
          "customer_id is missing"
              + inLookup
              + ", and the debtor has no id (Dbtr/Id); take the IBAN with --customer-from iban, or name customers with --lookup";
    };
  }

  private static String key(String text) {
    return Iban.normalize(text.strip());
  }

  static String pseudonym(String iban) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(Iban.normalize(iban).getBytes(StandardCharsets.UTF_8));
      return "IBAN-" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256.", e);
    }
  }
}
