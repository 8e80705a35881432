// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.Dereference;
import io.lastfive.ksqlengine.ast.Query;
import io.lastfive.ksqlengine.ast.Query.Emit;
import io.lastfive.ksqlengine.ast.Query.Relation;
import io.lastfive.ksqlengine.ast.Query.SelectItem;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.types.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Spells a persistent query out as ksqlDB shows it: every column named with its source, every
 * selected expression with its alias, EMIT CHANGES said. A name that nothing resolves stays as it
 * is; the analysis says so.
 */
public final class QueryNormalizer {
  private static final Set<String> PSEUDO =
      Set.of("ROWTIME", "ROWPARTITION", "ROWOFFSET", "WINDOWSTART", "WINDOWEND");

  /** The names of each source's columns, by the source's alias. */
  private final Map<String, Set<String>> columns = new LinkedHashMap<>();

  private QueryNormalizer(Relation from, Catalog catalog) {
    collect(from, catalog);
  }

  public static Query normalize(Query query, Catalog catalog) {
    return new QueryNormalizer(query.from(), catalog).normalize(query);
  }

  private void collect(Relation relation, Catalog catalog) {
    if (relation instanceof Relation.Join join) {
      collect(join.left(), catalog);
      collect(join.right(), catalog);
    } else if (relation instanceof Relation.Source source) {
      Set<String> names = new TreeSet<>(PSEUDO);
      catalog
          .source(source.name())
          .map(DataSource::schema)
          .ifPresent(schema -> schema.columns().stream().map(Column::name).forEach(names::add));
      columns.put(source.alias(), names);
    }
  }

  private Query normalize(Query query) {
    return new Query(
        select(query.select()),
        from(query.from()),
        query.window(),
        query.where().map(this::qualify),
        query.groupBy().stream().map(this::qualify).toList(),
        query.partitionBy().stream().map(this::qualify).toList(),
        query.having().map(this::qualify),
        Optional.of(query.emit().orElse(Emit.CHANGES)),
        query.limit(),
        query.position());
  }

  private Relation from(Relation relation) {
    return relation instanceof Relation.Join join
        ? new Relation.Join(
            join.type(),
            from(join.left()),
            from(join.right()),
            join.within(),
            qualify(join.on()),
            join.position())
        : relation;
  }

  private List<SelectItem> select(List<SelectItem> items) {
    Set<String> taken = new TreeSet<>();
    columns.values().forEach(taken::addAll);
    ColumnAliases aliases = new ColumnAliases(taken);
    for (SelectItem item : items) {
      if (item instanceof SelectItem.SingleColumn column) {
        column.alias().ifPresent(aliases::take);
      }
    }
    List<SelectItem> normalized = new ArrayList<>();
    for (SelectItem item : items) {
      if (item instanceof SelectItem.SingleColumn column) {
        Expression expression = qualify(column.expression());
        String alias = column.alias().orElseGet(() -> alias(expression, aliases));
        normalized.add(
            new SelectItem.SingleColumn(expression, Optional.of(alias), item.position()));
      } else if (item instanceof SelectItem.StructAll all) {
        normalized.add(new SelectItem.StructAll(qualify(all.struct()), item.position()));
      } else {
        normalized.add(item);
      }
    }
    return normalized;
  }

  private String alias(Expression expression, ColumnAliases aliases) {
    if (expression instanceof ColumnReference column) {
      boolean ambiguous =
          columns.values().stream().filter(names -> names.contains(column.name())).count() > 1;
      return ambiguous && column.source().isPresent()
          ? column.source().get() + "_" + column.name()
          : column.name();
    }
    return expression instanceof Dereference dereference
        ? aliases.field(dereference.field())
        : aliases.generated();
  }

  private Expression qualify(Expression expression) {
    return ExpressionRewriter.rewrite(
        expression,
        node ->
            node instanceof ColumnReference column
                ? Optional.of(qualify(column))
                : Optional.empty());
  }

  private ColumnReference qualify(ColumnReference column) {
    List<String> owners =
        columns.entrySet().stream()
            .filter(source -> source.getValue().contains(column.name()))
            .map(Map.Entry::getKey)
            .toList();
    return column.source().isPresent() || owners.size() != 1
        ? column
        : new ColumnReference(Optional.of(owners.get(0)), column.name(), column.position());
  }
}
