// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.Layout.LayoutColumn;
import io.lastfive.ksqlengine.analysis.Layout.Role;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.Dereference;
import io.lastfive.ksqlengine.ast.Query.SelectItem;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The SELECT list: stars spelled out, names resolved, every column given its name. */
final class SelectAnalyser {

  /** One selected column; the expression is qualified. */
  record SelectColumn(String name, Expression expression) {}

  private final Layout layout;
  private final ExpressionCompiler compiler;
  private final boolean persistent;
  private final List<Expression> partitionBy;
  private final ColumnAliases aliases;

  /**
   * @param persistent whether the result is stored: then no column may be called as a pseudo column
   * @param partitionBy the qualified new key, which {@code *} gives first
   */
  SelectAnalyser(
      Layout layout,
      ExpressionCompiler compiler,
      boolean persistent,
      List<Expression> partitionBy) {
    this.layout = layout;
    this.compiler = compiler;
    this.persistent = persistent;
    this.partitionBy = partitionBy;
    this.aliases = new ColumnAliases(layout.columns().stream().map(LayoutColumn::name).toList());
  }

  List<SelectColumn> analyse(List<SelectItem> items) {
    for (SelectItem item : items) {
      if (item instanceof SelectItem.SingleColumn single) {
        checkName(single);
        single.alias().ifPresent(aliases::take);
      }
    }
    List<SelectColumn> columns = new ArrayList<>();
    boolean partitionColumnsGiven = false;
    for (SelectItem item : items) {
      if (item instanceof SelectItem.AllColumns all) {
        if (!partitionBy.isEmpty() && !partitionColumnsGiven && all.source().isEmpty()) {
          addPartitionColumns(columns);
          partitionColumnsGiven = true;
        }
        columns.addAll(star(all));
      } else if (item instanceof SelectItem.StructAll fields) {
        columns.addAll(fields(fields));
      } else if (item instanceof SelectItem.SingleColumn single) {
        Expression expression = layout.qualify(single.expression(), "SELECT");
        columns.add(
            new SelectColumn(single.alias().orElseGet(() -> defaultName(expression)), expression));
      }
    }
    return columns;
  }

  private void checkName(SelectItem.SingleColumn item) {
    if (!persistent) {
      return;
    }
    Optional<String> own =
        item.expression() instanceof ColumnReference column
            ? Optional.of(column.name())
            : Optional.empty();
    boolean prefixed = item.alias().isEmpty() && layout.isJoin();
    String name = item.alias().or(() -> own).orElse("");
    if (prefixed && layout.isAmbiguous(name)) {
      return;
    }
    if (!SchemaRules.RESERVED.contains(name)) {
      return;
    }
    if (item.alias().isPresent() && !own.equals(item.alias())) {
      throw new KsqlException(
          "Failed to prepare statement: "
              + Layout.at(item.position())
              + "`"
              + name
              + "` is a reserved column name. You cannot use it as an alias for a column.");
    }
    throw new KsqlException(
        "Reserved column name in select: `" + name + "`. Please remove or alias the column.");
  }

  String defaultName(Expression expression) {
    if (expression instanceof ColumnReference column) {
      return columnName(layout.column(column), false);
    }
    if (expression instanceof Dereference dereference) {
      return aliases.field(dereference.field());
    }
    return aliases.generated();
  }

  private String columnName(LayoutColumn column, boolean prefixed) {
    boolean prefix =
        layout.isJoin()
            && !column.source().isEmpty()
            && (prefixed || layout.isAmbiguous(column.name()));
    return prefix ? column.source() + "_" + column.name() : column.name();
  }

  private void addPartitionColumns(List<SelectColumn> columns) {
    for (Expression expression : partitionBy) {
      String name =
          expression instanceof ColumnReference column
              ? columnName(layout.column(column), true)
              : defaultName(expression);
      columns.add(new SelectColumn(name, expression));
    }
  }

  private List<SelectColumn> star(SelectItem.AllColumns all) {
    all.source().ifPresent(layout::checkSource);
    List<SelectColumn> columns = new ArrayList<>();
    if (all.source().isEmpty() && partitionBy.isEmpty()) {
      layout.syntheticKey().ifPresent(key -> columns.add(starColumn(key)));
    }
    List<String> sources = all.source().map(List::of).orElse(layout.sources());
    for (String source : sources) {
      for (Role role : starRoles()) {
        layout.withRole(source, role).stream()
            .filter(column -> !partitionBy.contains(column.reference()))
            .forEach(column -> columns.add(starColumn(column)));
      }
    }
    return columns;
  }

  /** After a PARTITION BY the old key comes last, and a join's pseudo columns are columns. */
  private List<Role> starRoles() {
    if (!partitionBy.isEmpty()) {
      return layout.isJoin()
          ? List.of(Role.VALUE, Role.PSEUDO, Role.KEY)
          : List.of(Role.VALUE, Role.KEY);
    }
    return layout.isJoin() || !persistent
        ? List.of(Role.KEY, Role.WINDOW_BOUND, Role.VALUE)
        : List.of(Role.KEY, Role.VALUE);
  }

  private SelectColumn starColumn(LayoutColumn column) {
    return new SelectColumn(columnName(column, true), column.reference());
  }

  private List<SelectColumn> fields(SelectItem.StructAll item) {
    Expression struct = layout.qualify(item.struct(), "SELECT");
    Optional<SqlType> type = compiler.compile(struct, layout.scope()).type();
    if (type.isEmpty() || !(type.get() instanceof SqlType.Struct structType)) {
      throw new KsqlException(
          "Cannot use '->*' on a column that is not a STRUCT: "
              + type.map(t -> t.toSql(true)).orElse("NULL"));
    }
    List<SelectColumn> columns = new ArrayList<>();
    for (Field field : structType.fields()) {
      columns.add(
          new SelectColumn(
              aliases.field(field.name()), new Dereference(struct, field.name(), item.position())));
    }
    return columns;
  }
}
