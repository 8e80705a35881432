// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.SelectAnalyser.SelectColumn;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds the key among the selected columns. What is stored must have its key in the SELECT list,
 * each key column once; whatever else is selected is a value.
 */
final class KeyAnalyser {
  private static final String MISSING =
      "Key missing from projection (ie, SELECT). See https://cnfl.io/2LV7ouS.\n"
          + "The query used to build `";

  /**
   * @param names what the key columns are called in the result
   * @param positions where in the SELECT list they stand
   */
  record KeyColumns(List<String> names, Set<Integer> positions) {}

  private final List<SelectColumn> selected;
  private final String sink;
  private final Function<Expression, String> format;

  KeyAnalyser(List<SelectColumn> selected, String sink, Function<Expression, String> format) {
    this.selected = selected;
    this.sink = sink;
    this.format = format;
  }

  /** The source's own key columns. */
  KeyColumns plain(List<Expression> key) {
    return all(key, "key column", this::unqualified);
  }

  KeyColumns partitioned(List<Expression> key) {
    return all(key, "partitioning expression", format);
  }

  KeyColumns grouped(List<Expression> key, boolean isJoin) {
    return all(key, "grouping expression", isJoin ? format : this::unqualified);
  }

  private String unqualified(Expression expression) {
    return format.apply(Expressions.withoutSources(expression));
  }

  private KeyColumns all(List<Expression> key, String kind, Function<Expression, String> describe) {
    List<String> names = new ArrayList<>();
    Set<Integer> positions = new LinkedHashSet<>();
    List<String> missing = new ArrayList<>();
    for (Expression part : key) {
      List<Integer> found = find(part);
      if (found.isEmpty()) {
        missing.add(describe.apply(part));
        continue;
      }
      if (found.size() > 1) {
        List<String> given = found.stream().map(i -> selected.get(i).name()).toList();
        throw new KsqlException(
            "The projection contains a key column (`"
                + given.get(0)
                + "`) more than once, aliased as: "
                + listed(given, "and")
                + ".");
      }
      names.add(selected.get(found.get(0)).name());
      positions.add(found.get(0));
    }
    if (!missing.isEmpty()) {
      boolean onlyMissing = kind.equals("grouping expression");
      List<String> named = onlyMissing ? missing : key.stream().map(describe).toList();
      throw missing(kind, named, "and", String.join(", ", named), "");
    }
    return new KeyColumns(names, positions);
  }

  /** Of the columns that equal a join's key, the first that is selected. */
  KeyColumns joined(List<Expression> equivalents, Optional<LayoutColumn> synthetic) {
    List<Expression> viable =
        equivalents.stream().filter(ColumnReference.class::isInstance).toList();
    for (Expression candidate : viable) {
      List<Integer> found = find(candidate);
      if (!found.isEmpty()) {
        if (found.size() > 1) {
          return all(List.of(candidate), "join expression", format);
        }
        return new KeyColumns(List.of(selected.get(found.get(0)).name()), Set.of(found.get(0)));
      }
    }
    List<String> named = viable.stream().map(format).toList();
    throw missing(
        "join expression",
        named,
        "or",
        named.get(0),
        synthetic
            .map(
                key ->
                    "\n"
                        + key.name()
                        + " was added as a synthetic key column because the join criteria did not"
                        + " match any source column. This expression must be included in the"
                        + " projection and may be aliased.")
            .orElse(""));
  }

  /** A foreign-key join keeps the left table's key. */
  KeyColumns foreign(JoinRelation join, List<LayoutColumn> leftKey) {
    List<String> missing =
        leftKey.stream()
            .filter(column -> find(column.reference()).isEmpty())
            .map(column -> "`" + column.name() + "`")
            .toList();
    if (!missing.isEmpty()) {
      boolean one = missing.size() == 1;
      throw new KsqlException(
          (one ? "Primary key column" : "Primary key columns")
              + " missing in projection. For foreign-key table-table joins, the projection must"
              + " include all primary key columns from the left input table (`"
              + join.left().relation().layout().sources().get(0)
              + "`). Missing "
              + (one ? "column" : "columns")
              + ": "
              + String.join(", ", missing)
              + ".");
    }
    return all(
        leftKey.stream().<Expression>map(LayoutColumn::reference).toList(),
        "key column",
        this::unqualified);
  }

  private List<Integer> find(Expression wanted) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < selected.size(); i++) {
      if (selected.get(i).expression().equals(wanted)) {
        found.add(i);
      }
    }
    return found;
  }

  private KsqlException missing(
      String kind, List<String> named, String conjunction, String example, String addition) {
    return new KsqlException(
        MISSING
            + sink
            + "` must include the "
            + kind
            + (named.size() > 1 ? "s " : " ")
            + listed(named, conjunction)
            + " in its projection (eg, SELECT "
            + example
            + "...)."
            + addition);
  }

  private static String listed(List<String> parts, String conjunction) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    return parts.subList(0, parts.size() - 1).stream().collect(Collectors.joining(", "))
        + " "
        + conjunction
        + " "
        + parts.get(parts.size() - 1);
  }
}
