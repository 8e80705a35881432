// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.ast;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A SELECT as written.
 *
 * @param emit CHANGES or FINAL; empty in a pull query, which has no EMIT clause. A query inside
 *     CREATE ... AS and INSERT INTO emits CHANGES where its text does not say
 */
public record Query(
    List<SelectItem> select,
    Relation from,
    Optional<Window> window,
    Optional<Expression> where,
    List<Expression> groupBy,
    List<Expression> partitionBy,
    Optional<Expression> having,
    Optional<Emit> emit,
    OptionalInt limit,
    SourcePosition position) {

  public Query {
    select = List.copyOf(select);
    groupBy = List.copyOf(groupBy);
    partitionBy = List.copyOf(partitionBy);
  }

  /** When results are emitted. */
  public enum Emit {
    CHANGES,
    FINAL
  }

  /** One item of the SELECT list. */
  public sealed interface SelectItem {
    SourcePosition position();

    record SingleColumn(Expression expression, Optional<String> alias, SourcePosition position)
        implements SelectItem {}

    /** {@code *} or {@code source.*}. */
    record AllColumns(Optional<String> source, SourcePosition position) implements SelectItem {}

    /** {@code struct->*}: one column a field. */
    record StructAll(Expression struct, SourcePosition position) implements SelectItem {}
  }

  /** What stands after FROM. */
  public sealed interface Relation {
    SourcePosition position();

    /** A stream or table by name; the alias is the name where none is written. */
    record Source(String name, String alias, SourcePosition position) implements Relation {}

    /** Two relations joined; chains lean to the left. */
    record Join(
        JoinType type,
        Relation left,
        Relation right,
        Optional<Within> within,
        Expression on,
        SourcePosition position)
        implements Relation {}
  }

  public enum JoinType {
    INNER,
    LEFT,
    RIGHT,
    OUTER
  }

  /** {@code WITHIN before} or {@code WITHIN (before, after) [GRACE PERIOD grace]}. */
  public record Within(
      WindowDuration before,
      WindowDuration after,
      Optional<WindowDuration> grace,
      SourcePosition position) {}

  /** {@code WINDOW ...}. */
  public sealed interface Window {
    Optional<WindowDuration> retention();

    Optional<WindowDuration> grace();

    SourcePosition position();

    record Tumbling(
        WindowDuration size,
        Optional<WindowDuration> retention,
        Optional<WindowDuration> grace,
        SourcePosition position)
        implements Window {}

    record Hopping(
        WindowDuration size,
        WindowDuration advance,
        Optional<WindowDuration> retention,
        Optional<WindowDuration> grace,
        SourcePosition position)
        implements Window {}

    record Session(
        WindowDuration gap,
        Optional<WindowDuration> retention,
        Optional<WindowDuration> grace,
        SourcePosition position)
        implements Window {}
  }
}
