// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Query.Relation;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema.HeaderColumn;
import java.util.ArrayList;
import java.util.List;

/** FROM: finds the streams and tables, and lays out their columns. Joins are left to another. */
final class RelationAnalyser {
  private final Catalog catalog;
  private final JoinAnalyser joins;

  RelationAnalyser(Catalog catalog, JoinAnalyser joins) {
    this.catalog = catalog;
    this.joins = joins;
  }

  AnalysedRelation analyse(Relation relation) {
    checkAllExist(relation);
    return relation(relation);
  }

  private void checkAllExist(Relation relation) {
    if (relation instanceof Relation.Source source) {
      find(source.name());
    } else if (relation instanceof Relation.Join join) {
      checkAllExist(join.left());
      checkAllExist(join.right());
    }
  }

  private AnalysedRelation relation(Relation relation) {
    if (relation instanceof Relation.Source source) {
      return source(find(source.name()), source.alias());
    }
    if (relation instanceof Relation.Join join) {
      return joins.analyse(join, relation(join.left()), relation(join.right()));
    }
    throw new IllegalStateException("Unknown relation " + relation.getClass().getName());
  }

  private DataSource find(String name) {
    return catalog
        .source(name)
        .orElseThrow(
            () ->
                new KsqlException(
                    "Exception while preparing statement: " + name + " does not exist."));
  }

  static SourceRelation source(DataSource source, String alias) {
    List<LayoutColumn> columns = new ArrayList<>();
    List<Column> key = source.schema().key();
    for (int i = 0; i < key.size(); i++) {
      Column column = key.get(i);
      columns.add(new LayoutColumn(alias, column.name(), new Slot.Key(i, column.type()), Role.KEY));
    }
    if (source.window().isPresent()) {
      columns.addAll(windowBounds(alias));
    }
    List<Column> values = new ArrayList<>(source.schema().value());
    source.schema().headers().stream().map(HeaderColumn::column).forEach(values::add);
    for (int i = 0; i < values.size(); i++) {
      Column column = values.get(i);
      columns.add(
          new LayoutColumn(alias, column.name(), new Slot.Value(i, column.type()), Role.VALUE));
    }
    columns.add(new LayoutColumn(alias, "ROWTIME", Slot.Pseudo.ROWTIME, Role.PSEUDO));
    columns.add(new LayoutColumn(alias, "ROWPARTITION", Slot.Pseudo.ROWPARTITION, Role.PSEUDO));
    columns.add(new LayoutColumn(alias, "ROWOFFSET", Slot.Pseudo.ROWOFFSET, Role.PSEUDO));
    Layout layout = new Layout(columns);
    List<Expression> equivalents =
        key.size() == 1
            ? List.<Expression>of(layout.withRole(alias, Role.KEY).get(0).reference())
            : List.of();
    return new SourceRelation(source, alias, layout, equivalents);
  }

  static List<LayoutColumn> windowBounds(String alias) {
    return List.of(
        new LayoutColumn(alias, "WINDOWSTART", Slot.Pseudo.WINDOWSTART, Role.WINDOW_BOUND),
        new LayoutColumn(alias, "WINDOWEND", Slot.Pseudo.WINDOWEND, Role.WINDOW_BOUND));
  }
}
