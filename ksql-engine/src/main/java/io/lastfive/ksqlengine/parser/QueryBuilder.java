// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Query;
import io.lastfive.ksqlengine.ast.Query.Emit;
import io.lastfive.ksqlengine.ast.Query.JoinType;
import io.lastfive.ksqlengine.ast.Query.Relation;
import io.lastfive.ksqlengine.ast.Query.SelectItem;
import io.lastfive.ksqlengine.ast.Query.Window;
import io.lastfive.ksqlengine.ast.Query.Within;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.ast.WindowDuration;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/** SELECTs as parsed to {@link Query}s. */
final class QueryBuilder {

  private final StatementText statement;
  private final Names names;
  private final ExpressionBuilder expressions;

  QueryBuilder(StatementText statement, Function<String, Optional<SqlType>> customTypes) {
    this.statement = statement;
    this.names = new Names(statement);
    this.expressions = new ExpressionBuilder(statement, customTypes);
  }

  /** A SELECT on its own. */
  Query build(SqlParser.QueryContext query) {
    return build(query, emit(query));
  }

  /** A SELECT whose rows go into a stream or table: it emits changes unless it says otherwise. */
  Query buildPersistent(SqlParser.QueryContext query) {
    return build(query, emit(query).or(() -> Optional.of(Emit.CHANGES)));
  }

  private Query build(SqlParser.QueryContext query, Optional<Emit> emit) {
    return new Query(
        query.selectItem().stream().map(this::selectItem).toList(),
        relation(query.relation()),
        Optional.ofNullable(query.window()).map(this::window),
        Optional.ofNullable(query.where).map(expressions::build),
        query.groupBy == null ? List.of() : expressions.build(query.groupBy.expression()),
        partitionBy(query),
        Optional.ofNullable(query.having).map(expressions::build),
        emit,
        limit(query.limit()),
        position(query));
  }

  private List<Expression> partitionBy(SqlParser.QueryContext query) {
    if (query.partitionBy == null) {
      return List.of();
    }
    List<Expression> columns = expressions.build(query.partitionBy.expression());
    if (columns.isEmpty()) {
      throw new KsqlException("PARTITION BY requires at least one expression");
    }
    return columns;
  }

  private static Optional<Emit> emit(SqlParser.QueryContext query) {
    if (query.EMIT() == null) {
      return Optional.empty();
    }
    return Optional.of(query.FINAL() == null ? Emit.CHANGES : Emit.FINAL);
  }

  static OptionalInt limit(SqlParser.@Nullable LimitContext limit) {
    return limit == null
        ? OptionalInt.empty()
        : OptionalInt.of(wholeNumber(limit.number(), "LIMIT"));
  }

  static int wholeNumber(SqlParser.NumberContext number, String command) {
    try {
      return Integer.parseInt(number.getText());
    } catch (NumberFormatException e) {
      throw new KsqlException(
          "Failed to prepare statement: Value must be integer for command: " + command, e);
    }
  }

  private SelectItem selectItem(SqlParser.SelectItemContext item) {
    SourcePosition position = position(item);
    if (item instanceof SqlParser.AllColumnsContext) {
      return new SelectItem.AllColumns(Optional.empty(), position);
    }
    if (item instanceof SqlParser.AllColumnsOfContext all) {
      return new SelectItem.AllColumns(Optional.of(names.of(all.identifier())), position);
    }
    if (item instanceof SqlParser.StructAllContext all) {
      return new SelectItem.StructAll(expressions.visit(all.primaryExpression()), position);
    }
    if (item instanceof SqlParser.SingleColumnContext single) {
      return new SelectItem.SingleColumn(
          expressions.build(single.expression()),
          Optional.ofNullable(single.identifier()).map(names::of),
          position);
    }
    throw new IllegalStateException("Unknown select item: " + item.getClass());
  }

  private Relation relation(SqlParser.RelationContext relation) {
    if (relation instanceof SqlParser.SingleSourceContext single) {
      return source(single.source());
    }
    if (relation instanceof SqlParser.JoinContext join) {
      return new Relation.Join(
          joinType(join.joinType()),
          relation(join.left),
          source(join.right),
          Optional.ofNullable(join.within()).map(this::within),
          expressions.build(join.expression()),
          position(join));
    }
    throw new IllegalStateException("Unknown relation: " + relation.getClass());
  }

  private Relation.Source source(SqlParser.SourceContext source) {
    String name = names.of(source.sourceName());
    String alias = source.identifier() == null ? name : names.of(source.identifier());
    return new Relation.Source(name, alias, position(source));
  }

  private static JoinType joinType(SqlParser.JoinTypeContext type) {
    if (type.LEFT() != null) {
      return JoinType.LEFT;
    }
    if (type.RIGHT() != null) {
      return JoinType.RIGHT;
    }
    return type.FULL() != null || type.OUTER() != null ? JoinType.OUTER : JoinType.INNER;
  }

  private Within within(SqlParser.WithinContext within) {
    WindowDuration before = Durations.of(within.duration(0));
    WindowDuration after = within.after == null ? before : Durations.of(within.after);
    return new Within(
        before,
        after,
        Optional.ofNullable(within.grace()).map(grace -> Durations.of(grace.duration())),
        position(within));
  }

  private Window window(SqlParser.WindowContext window) {
    SourcePosition position = position(window);
    if (window instanceof SqlParser.TumblingContext tumbling) {
      return new Window.Tumbling(
          Durations.of(tumbling.size),
          retention(tumbling.retention()),
          grace(tumbling.graceClause()),
          position);
    }
    if (window instanceof SqlParser.HoppingContext hopping) {
      return new Window.Hopping(
          Durations.of(hopping.size),
          Durations.of(hopping.advance),
          retention(hopping.retention()),
          grace(hopping.graceClause()),
          position);
    }
    if (window instanceof SqlParser.SessionContext session) {
      return new Window.Session(
          Durations.of(session.gap),
          retention(session.retention()),
          grace(session.graceClause()),
          position);
    }
    throw new IllegalStateException("Unknown window: " + window.getClass());
  }

  private static Optional<WindowDuration> retention(SqlParser.@Nullable RetentionContext context) {
    return Optional.ofNullable(context).map(retention -> Durations.of(retention.duration()));
  }

  private static Optional<WindowDuration> grace(SqlParser.@Nullable GraceClauseContext context) {
    return Optional.ofNullable(context).map(clause -> Durations.of(clause.grace().duration()));
  }

  private SourcePosition position(ParserRuleContext context) {
    return Positions.of(context.getStart(), statement);
  }
}
