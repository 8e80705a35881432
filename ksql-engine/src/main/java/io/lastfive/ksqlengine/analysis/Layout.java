// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The columns of a query's FROM clause: what each is called, which part it plays, and where it
 * stands in the rows. Names in an expression are resolved once, by {@link #qualify}; afterwards
 * every column reference names its source.
 */
public final class Layout {

  /** The part a column plays. */
  public enum Role {
    KEY,
    WINDOW_BOUND,
    VALUE,
    /** ROWTIME, ROWPARTITION, ROWOFFSET: nameable, but not in {@code *}. */
    PSEUDO,
    /** ROWKEY of a join whose key is no column of either side. */
    SYNTHETIC_KEY
  }

  /**
   * @param source the alias of the stream or table, empty for a synthetic key
   */
  public record LayoutColumn(String source, String name, Slot slot, Role role) {
    ColumnReference reference() {
      return new ColumnReference(
          source.isEmpty() ? Optional.empty() : Optional.of(source), name, SourcePosition.NONE);
    }
  }

  private final List<LayoutColumn> columns;
  private final List<String> sources;

  Layout(List<LayoutColumn> columns) {
    this.columns = List.copyOf(columns);
    this.sources =
        columns.stream().map(LayoutColumn::source).filter(s -> !s.isEmpty()).distinct().toList();
  }

  public List<LayoutColumn> columns() {
    return columns;
  }

  /** The aliases, in the order of the FROM clause. */
  List<String> sources() {
    return sources;
  }

  boolean isJoin() {
    return sources.size() > 1;
  }

  /** Whether several sources have a column of this name. */
  boolean isAmbiguous(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).count() > 1;
  }

  boolean hasName(String name) {
    return columns.stream().anyMatch(column -> column.name().equals(name));
  }

  List<LayoutColumn> withRole(String source, Role role) {
    return columns.stream()
        .filter(column -> column.source().equals(source) && column.role() == role)
        .toList();
  }

  Optional<LayoutColumn> syntheticKey() {
    return columns.stream().filter(column -> column.role() == Role.SYNTHETIC_KEY).findFirst();
  }

  /**
   * Gives every column reference the source it belongs to.
   *
   * @param clause for messages: {@code SELECT}, {@code WHERE}, {@code JOIN ON}
   */
  Expression qualify(Expression expression, String clause) {
    for (ColumnReference column : Expressions.columns(expression)) {
      column.source().ifPresent(this::checkSource);
    }
    return ExpressionRewriter.rewrite(
        expression,
        node ->
            node instanceof ColumnReference column
                ? Optional.of(qualify(column, clause))
                : Optional.empty());
  }

  void checkSource(String source) {
    if (!sources.contains(source)) {
      throw new KsqlException(
          "Failed to prepare statement: '"
              + source
              + "' is not a valid stream/table name or alias.");
    }
  }

  private ColumnReference qualify(ColumnReference reference, String clause) {
    List<LayoutColumn> candidates =
        columns.stream()
            .filter(column -> column.name().equals(reference.name()))
            .filter(
                column ->
                    reference.source().isEmpty()
                        || reference.source().get().equals(column.source()))
            .toList();
    if (candidates.isEmpty()) {
      throw new KsqlException(
          at(reference.position())
              + clause
              + " column '"
              + reference.source().map(source -> source + ".").orElse("")
              + reference.name()
              + "' cannot be resolved.");
    }
    if (candidates.size() > 1) {
      throw new KsqlException(
          "Exception while preparing statement: "
              + at(reference.position())
              + "Column '"
              + reference.name()
              + "' is ambiguous. Could be "
              + candidates.stream()
                  .map(column -> column.source() + "." + column.name())
                  .sorted()
                  .collect(Collectors.joining(" or "))
              + ".");
    }
    String source = candidates.get(0).source();
    return new ColumnReference(
        source.isEmpty() ? Optional.empty() : Optional.of(source),
        reference.name(),
        reference.position());
  }

  /** The column a qualified reference names. */
  LayoutColumn column(ColumnReference qualified) {
    String source = qualified.source().orElse("");
    return columns.stream()
        .filter(c -> c.name().equals(qualified.name()) && c.source().equals(source))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("Column was not qualified: " + qualified.name()));
  }

  /** Where qualified references are found. */
  Scope scope() {
    return reference -> column(reference).slot();
  }

  static String at(SourcePosition position) {
    return position.line() == 0
        ? ""
        : "Line: " + position.line() + ", Col: " + position.column() + ": ";
  }

  /** The columns of both, as a join's row has them side by side. */
  static Layout sideBySide(List<LayoutColumn> left, List<LayoutColumn> right) {
    List<LayoutColumn> all = new ArrayList<>(left);
    all.addAll(right);
    return new Layout(all);
  }
}
