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
import java.util.TreeSet;

/**
 * Which column of a file is which field of the event: as {@code --map} says, else by the column's
 * name and its common aliases. Columns that must never be stored (CVV, track, PIN, expiry) are no
 * field's, whatever {@code --map} says.
 */
final class ColumnMapping {
  /** What a column is to us. */
  private record Meaning(Optional<String> field, boolean forbidden) {}

  /** American Express's security code, or somebody's short name of a customer id: --map decides. */
  private static final String ALSO_CUSTOMER_ID = "cid";

  private final List<PaymentField> fields;
  private final Map<String, String> columnByField;
  private final Map<String, String> defaults;
  private final Map<String, Meaning> meanings = new HashMap<>();
  private final Set<String> ignored = new TreeSet<>();

  /**
   * @param columnByField what {@code --map} said
   * @param defaults values of fields that a row does not have
   */
  ColumnMapping(
      ChannelFields<?> channel, Map<String, String> columnByField, Map<String, String> defaults) {
    this.fields = channel.fields();
    this.columnByField = Map.copyOf(columnByField);
    this.defaults = Map.copyOf(defaults);
    List<String> problems = new ArrayList<>();
    refuseUnknown("--map", columnByField.keySet(), channel, problems);
    refuseUnknown("--default", defaults.keySet(), channel, problems);
    columnByField.forEach(
        (field, column) -> {
          String bare = PaymentField.bare(column);
          if (ForbiddenFields.contains(column) && !bare.equals(ALSO_CUSTOMER_ID)) {
            problems.add(
                "--map %s=%s: column '%s' must not be stored (PCI DSS 3.3.1) and cannot be imported."
                    .formatted(field, column, column));
          }
        });
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems with the mapping", problems);
    }
  }

  private static void refuseUnknown(
      String option, Set<String> named, ChannelFields<?> channel, List<String> problems) {
    for (String field : new TreeSet<>(named)) {
      if (!channel.names().contains(field)) {
        problems.add(
            "%s: '%s' is no field. Fields: %s."
                .formatted(option, field, String.join(", ", channel.names())));
      }
    }
  }

  /** Refuses a file whose columns, known beforehand, cannot make a payment. */
  void refuseUnfit(String file, List<String> columns, List<List<String>> mandatory) {
    List<String> problems = new ArrayList<>();
    columnByField.forEach(
        (field, column) -> {
          if (!columns.contains(column)) {
            problems.add("--map %s=%s: there is no column '%s'".formatted(field, column, column));
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
      if (oneOf.stream().noneMatch(name -> found.containsKey(name) || defaults.containsKey(name))) {
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
    defaults.forEach(values::putIfAbsent);
    return values;
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
        ignored.add(column);
      }
    }
    return found;
  }

  private Meaning find(String column) {
    for (Map.Entry<String, String> mapped : columnByField.entrySet()) {
      if (mapped.getValue().equals(column)) {
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
    return new Meaning(field.filter(name -> !columnByField.containsKey(name)), false);
  }
}
