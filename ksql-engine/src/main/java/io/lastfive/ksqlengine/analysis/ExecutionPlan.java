// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.analysis.AnalysedAggregate.AggregateColumn;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinSide;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A query's steps as EXPLAIN shows them, the last one first: what each is, the columns that leave
 * it, and the name under which it reports to the processing log.
 */
public final class ExecutionPlan {
  private static final String INDENT = "\t\t";

  private final String queryId;
  private final StringBuilder text = new StringBuilder();
  private int depth;

  private ExecutionPlan(String queryId) {
    this.queryId = queryId;
  }

  public static String describe(AnalysedQuery query, String queryId) {
    ExecutionPlan plan = new ExecutionPlan(queryId);
    plan.query(query);
    return plan.text.toString();
  }

  private void query(AnalysedQuery query) {
    String result = schema(query.schema().key(), query.schema().value());
    query.sink().ifPresent(sink -> step("SINK", result, sink.name()));
    if (query.aggregate().isPresent()) {
      aggregate(query, query.aggregate().get(), result);
    } else {
      step("PROJECT", result, "Project");
      if (query.projection().partitionBy().isPresent()) {
        step("REKEY", result, "PartitionBy");
      }
      if (!query.tableFunctions().isEmpty()) {
        step("FLAT_MAP", columns(query.from()), "FlatMap");
      }
    }
    if (query.where().isPresent()) {
      step("FILTER", columns(query.from()), "WhereFilter");
    }
    relation(query.from(), "KsqlTopic");
  }

  private void aggregate(AnalysedQuery query, AnalysedAggregate aggregate, String result) {
    List<Column> group = aggregate.groupBy().stream().map(AnalysedColumn::column).toList();
    List<Column> prepared = new ArrayList<>(aggregate.required());
    for (AnalysedColumn argument : aggregate.arguments()) {
      boolean plain = aggregate.required().stream().anyMatch(c -> c.name().equals(argument.text()));
      if (!plain) {
        prepared.add(new Column("KSQL_INTERNAL_COL_" + prepared.size(), argument.type()));
      }
    }
    List<Column> aggregated = new ArrayList<>(aggregate.required());
    for (AggregateColumn function : aggregate.functions()) {
      aggregated.add(new Column(function.name(), function.type()));
    }
    if (aggregate.window().isPresent()) {
      aggregated.add(new Column("WINDOWSTART", SqlType.BIGINT));
      aggregated.add(new Column("WINDOWEND", SqlType.BIGINT));
    }
    step("PROJECT", result, "Aggregate.Project");
    if (query.having().isPresent()) {
      step("FILTER", schema(group, aggregated), "Aggregate.HavingFilter");
    }
    step("AGGREGATE", schema(group, aggregated), "Aggregate.Aggregate");
    step("GROUP_BY", schema(group, prepared), "Aggregate.GroupBy");
    step("PROJECT", schema(query.from().key(), prepared), "Aggregate.Prepare");
  }

  private void relation(AnalysedRelation relation, String context) {
    if (relation instanceof SourceRelation) {
      step("SOURCE", columns(relation), context + ".Source");
    } else if (relation instanceof JoinRelation join) {
      step("JOIN", columns(relation), "Join");
      int level = depth;
      side(join.left(), "KafkaTopic_Left", "PrependAliasLeft");
      depth = level;
      side(join.right(), "KafkaTopic_Right", "PrependAliasRight");
    }
  }

  private void side(JoinSide side, String context, String alias) {
    if (side.rekeyed()) {
      step("REKEY", columns(side.relation()), alias);
    }
    step(
        "PROJECT",
        schema(side.relation().key(), side.row().stream().map(AnalysedColumn::column).toList()),
        alias);
    relation(side.relation(), context);
  }

  /** Key columns, then what else a row holds: values, pseudo columns, and the key once more. */
  private static String columns(AnalysedRelation relation) {
    List<Column> values = new ArrayList<>();
    for (Role role : List.of(Role.VALUE, Role.PSEUDO, Role.KEY, Role.WINDOW_BOUND)) {
      for (LayoutColumn column : relation.layout().columns()) {
        if (column.role() == role) {
          String name =
              relation.layout().isJoin() ? column.source() + "_" + column.name() : column.name();
          values.add(new Column(name, column.slot().type()));
        }
      }
    }
    return schema(relation.key(), values);
  }

  private static String schema(List<Column> key, List<Column> values) {
    List<String> parts = new ArrayList<>();
    key.forEach(column -> parts.add(sql(column) + " KEY"));
    values.forEach(column -> parts.add(sql(column)));
    return parts.stream().collect(Collectors.joining(", "));
  }

  private static String sql(Column column) {
    return column.name() + " " + column.type().toSql(false);
  }

  private void step(String kind, String schema, String logger) {
    text.append(INDENT.repeat(depth++))
        .append(" > [ ")
        .append(kind)
        .append(" ] | Schema: ")
        .append(schema)
        .append(" | Logger: ")
        .append(queryId)
        .append('.')
        .append(logger)
        .append('\n');
  }
}
