// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.ForbiddenFields;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.producers.channel.Shown;
import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which column of a file is which field of the event: as the mapping says, else by the column's
 * name and its common aliases. Columns that must never be stored (CVV, track, PIN, expiry) are no
 * field's, whatever the mapping says.
 */
final class ColumnMapping {
  /** What a column is to us. */
  private record Meaning(Optional<String> field, boolean forbidden) {}

  /**
   * American Express's security code, or somebody's short name of a customer id: the mapping
   * decides.
   */
  private static final String ALSO_CUSTOMER_ID = "cid";

  private final List<PaymentField> fields;
  private final PaymentMapping mapping;
  private final Map<String, Meaning> meanings = new HashMap<>();
  private final Set<String> ignored = new TreeSet<>();

  ColumnMapping(ChannelFields<?> channel, PaymentMapping mapping) {
    this.fields = channel.fields();
    this.mapping = mapping;
    List<String> problems = new ArrayList<>();
    Set<String> named = new TreeSet<>(mapping.columns().keySet());
    named.addAll(mapping.defaults().keySet());
    named.addAll(mapping.fixed().keySet());
    named.addAll(mapping.translations().keySet());
    for (String field : named) {
      if (!channel.names().contains(field)) {
        problems.add(
            "'%s' is no field of the payment. Fields: %s."
                .formatted(field, String.join(", ", channel.names())));
      }
    }
    mapping
        .columns()
        .forEach(
            (field, column) -> {
              String bare = PaymentField.bare(column);
              if (ForbiddenFields.contains(column) && !bare.equals(ALSO_CUSTOMER_ID)) {
                problems.add(
                    "%s=%s: column '%s' must not be stored (PCI DSS 3.3.1) and cannot be imported."
                        .formatted(field, column, column));
              }
            });
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems with the mapping", problems);
    }
  }

  /** Refuses a file whose columns, known beforehand, cannot make a payment. */
  void refuseUnfit(String file, List<String> columns, List<List<String>> mandatory) {
    List<String> problems = new ArrayList<>();
    new TreeMap<>(mapping.columns())
        .forEach(
            (field, column) -> {
              if (!columns.contains(withoutRoot(column))) {
                problems.add(
                    "mapping %s=%s: there is no column '%s'".formatted(field, column, column));
              }
            });
    Map<String, String> found = new HashMap<>();
    for (String column : columns) {
      Optional<String> field = meaning(column).field;
      if (field.isPresent() && found.containsKey(field.get())) {
        problems.add(
            "columns %s and %s both read as %s; say which with --map %s=COLUMN"
                .formatted(
                    Shown.quoted(found.get(field.get())),
                    Shown.quoted(column),
                    field.get(),
                    field.get()));
      }
      field.ifPresent(name -> found.put(name, column));
    }
    for (List<String> oneOf : mandatory) {
      if (oneOf.stream().noneMatch(name -> found.containsKey(name) || isGiven(name))) {
        problems.add(
            "no column reads as %s; name it with --map %s=COLUMN"
                .formatted(String.join(" or ", oneOf), oneOf.get(0)));
      }
    }
    if (!problems.isEmpty()) {
      throw new UserError(
          "'%s' cannot be imported:\n  %s\n  Its columns: %s."
              .formatted(
                  file,
                  String.join("\n  ", problems),
                  String.join(", ", columns.stream().map(Shown::quoted).toList())));
    }
  }

  /** The values of {@code row} by the names of the event's fields; blank ones are absent. */
  Map<String, String> values(PaymentRow row) {
    Map<String, String> values = new LinkedHashMap<>();
    for (PaymentRow.Cell cell : row.cells()) {
      Optional<String> field = meaning(cell.column()).field;
      String value = cell.value().strip();
      if (field.isPresent() && !value.isEmpty() && values.put(field.get(), value) != null) {
        throw new RefusedPayment("more than one column reads as " + field.get());
      }
    }
    mapping
        .translations()
        .forEach(
            (field, meanings) ->
                values.computeIfPresent(field, (name, text) -> meanings.getOrDefault(text, text)));
    mapping.defaults().forEach(values::putIfAbsent);
    values.putAll(mapping.fixed());
    mapping.texts().apply(values);
    return values;
  }

  private boolean isGiven(String field) {
    return mapping.defaults().containsKey(field) || mapping.fixed().containsKey(field);
  }

  boolean isForbidden(String column) {
    return meaning(column).forbidden;
  }

  Optional<String> field(String column) {
    return meaning(column).field;
  }

  /** The columns seen so far that no field comes from. */
  Set<String> ignored() {
    return ignored;
  }

  private Meaning meaning(String column) {
    Meaning known = meanings.get(column);
    if (known != null) {
      return known;
    }
    Meaning found = find(column);
    // A file that names new columns in every row must not fill the memory.
    if (meanings.size() < 10_000) {
      meanings.put(column, found);
      if (found.field.isEmpty() && ignored.size() < 100) {
        // A file without a header, or an object keyed by cards, has them for names.
        ignored.add(HiddenDigits.ofCardNumbers(column));
      }
    }
    return found;
  }

  private Meaning find(String column) {
    for (Map.Entry<String, String> mapped : mapping.columns().entrySet()) {
      if (withoutRoot(mapped.getValue()).equals(column)) {
        return new Meaning(Optional.of(mapped.getKey()), false);
      }
    }
    if (ForbiddenFields.contains(column)) {
      return new Meaning(Optional.empty(), true);
    }
    // The event's own name is closer than any alias.
    Optional<String> named =
        fields.stream()
            .map(PaymentField::name)
            .filter(name -> PaymentField.bare(name).equals(PaymentField.bare(column)))
            .findFirst();
    Optional<String> field =
        named.or(
            () ->
                fields.stream()
                    .filter(candidate -> candidate.isCalled(column))
                    .map(PaymentField::name)
                    .findFirst());
    return new Meaning(field.filter(name -> !mapping.columns().containsKey(name)), false);
  }

  /** JSONPath's {@code $.debtor.iban} is {@code debtor.iban}. */
  private static String withoutRoot(String column) {
    return column.startsWith("$.") ? column.substring(2) : column;
  }
}
