// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.ColumnDefinition;
import io.lastfive.ksqlengine.ast.Statement.ColumnRole;
import io.lastfive.ksqlengine.ast.Statement.ListAll;
import io.lastfive.ksqlengine.ast.Statement.QueryControl;
import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.parser.grammar.SqlBaseVisitor;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import io.lastfive.ksqlengine.types.SqlType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.TerminalNode;
import org.jspecify.annotations.Nullable;

/** Statements as parsed to {@link Statement}s: one method a kind, in the grammar's order. */
final class StatementBuilder extends SqlBaseVisitor<Statement> {

  private final StatementText statement;
  private final Names names;
  private final TypeBuilder types;
  private final ExpressionBuilder expressions;
  private final QueryBuilder queries;

  StatementBuilder(StatementText statement, Function<String, Optional<SqlType>> customTypes) {
    this.statement = statement;
    this.names = new Names(statement);
    this.types = new TypeBuilder(statement, customTypes);
    this.expressions = new ExpressionBuilder(statement, customTypes);
    this.queries = new QueryBuilder(statement, customTypes);
  }

  // --- definitions

  @Override
  public Statement visitSelectStatement(SqlParser.SelectStatementContext context) {
    return new Statement.SelectQuery(queries.build(context.query()), position(context));
  }

  @Override
  public Statement visitCreateSource(SqlParser.CreateSourceContext context) {
    SourceKind kind = kind(context.sourceKind());
    return new Statement.CreateSource(
        kind,
        names.ofNewSource(context.sourceName()),
        columns(kind, context.columnDefinitions()),
        properties(context.withProperties()),
        context.REPLACE() != null,
        context.ifNotExists() != null,
        context.SOURCE() != null,
        position(context));
  }

  @Override
  public Statement visitCreateAsSelect(SqlParser.CreateAsSelectContext context) {
    return new Statement.CreateAsSelect(
        kind(context.sourceKind()),
        names.ofNewSource(context.sourceName()),
        properties(context.withProperties()),
        queries.buildPersistent(context.query()),
        context.REPLACE() != null,
        context.ifNotExists() != null,
        position(context));
  }

  @Override
  public Statement visitCreateType(SqlParser.CreateTypeContext context) {
    return new Statement.CreateType(
        names.of(context.identifier()),
        types.build(context.type()),
        context.ifNotExists() != null,
        position(context));
  }

  @Override
  public Statement visitCreateConnector(SqlParser.CreateConnectorContext context) {
    return new Statement.CreateConnector(
        context.SINK() != null,
        names.asWritten(context.name()),
        connectorProperties(context.withProperties()),
        context.ifNotExists() != null,
        position(context));
  }

  @Override
  public Statement visitInsertInto(SqlParser.InsertIntoContext context) {
    return new Statement.InsertInto(
        names.of(context.sourceName()),
        properties(context.withProperties()),
        queries.buildPersistent(context.query()),
        position(context.sourceName()));
  }

  @Override
  public Statement visitInsertValues(SqlParser.InsertValuesContext context) {
    return new Statement.InsertValues(
        names.of(context.sourceName()),
        columnNames(context.columnNames()),
        expressions.build(context.expressionList().expression()),
        position(context.sourceName()));
  }

  @Override
  public Statement visitDropSource(SqlParser.DropSourceContext context) {
    return new Statement.DropSource(
        kind(context.sourceKind()),
        names.of(context.sourceName()),
        context.ifExists() != null,
        context.DELETE() != null,
        position(context));
  }

  @Override
  public Statement visitDropType(SqlParser.DropTypeContext context) {
    return new Statement.DropType(
        names.of(context.identifier()), context.ifExists() != null, position(context));
  }

  @Override
  public Statement visitDropConnector(SqlParser.DropConnectorContext context) {
    return new Statement.DropConnector(
        names.asWritten(context.name()), context.ifExists() != null, position(context));
  }

  @Override
  public Statement visitAlterSource(SqlParser.AlterSourceContext context) {
    return new Statement.AlterSource(
        kind(context.sourceKind()),
        names.of(context.sourceName()),
        context.addedColumn().stream()
            .map(
                column ->
                    new ColumnDefinition(
                        names.of(column.identifier()),
                        types.build(column.type()),
                        ColumnRole.VALUE,
                        Optional.empty(),
                        position(column)))
            .toList(),
        position(context));
  }

  @Override
  public Statement visitAlterSystem(SqlParser.AlterSystemContext context) {
    return new Statement.AlterSystemProperty(
        string(context.STRING_VALUE(0)), string(context.STRING_VALUE(1)), position(context));
  }

  // --- looking

  @Override
  public Statement visitListAll(SqlParser.ListAllContext context) {
    SqlParser.ListedContext listed = context.listed();
    return new ListAll(listKind(listed), listed.EXTENDED() != null, position(context));
  }

  private static ListAll.Kind listKind(SqlParser.ListedContext listed) {
    String words =
        listed.children.stream()
            .map(child -> child.getText().toUpperCase(Locale.ROOT))
            .filter(word -> !word.equals("EXTENDED"))
            .reduce((left, right) -> left + "_" + right)
            .orElseThrow();
    return ListAll.Kind.valueOf(words);
  }

  @Override
  public Statement visitShowColumns(SqlParser.ShowColumnsContext context) {
    return new Statement.DescribeSource(names.of(context.sourceName()), false, position(context));
  }

  @Override
  public Statement visitDescribeFunction(SqlParser.DescribeFunctionContext context) {
    return new Statement.DescribeFunction(names.of(context.identifier()), position(context));
  }

  @Override
  public Statement visitDescribeConnector(SqlParser.DescribeConnectorContext context) {
    return new Statement.DescribeConnector(names.asWritten(context.name()), position(context));
  }

  @Override
  public Statement visitDescribeSources(SqlParser.DescribeSourcesContext context) {
    return new Statement.DescribeSources(
        context.STREAMS() == null ? SourceKind.TABLE : SourceKind.STREAM,
        context.EXTENDED() != null,
        position(context));
  }

  @Override
  public Statement visitDescribeSource(SqlParser.DescribeSourceContext context) {
    return new Statement.DescribeSource(
        names.of(context.sourceName()), context.EXTENDED() != null, position(context));
  }

  @Override
  public Statement visitExplainStatement(SqlParser.ExplainStatementContext context) {
    return new Statement.ExplainStatement(visit(context.statement()), position(context));
  }

  @Override
  public Statement visitExplainQuery(SqlParser.ExplainQueryContext context) {
    return new Statement.ExplainQuery(names.of(context.identifier()), position(context));
  }

  @Override
  public Statement visitPrintTopic(SqlParser.PrintTopicContext context) {
    return new Statement.PrintTopic(
        names.asWritten(context.name()),
        context.BEGINNING() != null,
        context.number() == null
            ? OptionalInt.empty()
            : OptionalInt.of(QueryBuilder.wholeNumber(context.number(), "INTERVAL")),
        QueryBuilder.limit(context.limit()),
        position(context));
  }

  @Override
  public Statement visitQueryControl(SqlParser.QueryControlContext context) {
    return new QueryControl(
        QueryControl.Action.valueOf(context.action.getText().toUpperCase(Locale.ROOT)),
        Optional.ofNullable(context.identifier()).map(names::of),
        position(context));
  }

  // --- session

  @Override
  public Statement visitSetProperty(SqlParser.SetPropertyContext context) {
    return new Statement.SetProperty(
        string(context.STRING_VALUE(0)), string(context.STRING_VALUE(1)), position(context));
  }

  @Override
  public Statement visitUnsetProperty(SqlParser.UnsetPropertyContext context) {
    return new Statement.UnsetProperty(string(context.STRING_VALUE()), position(context));
  }

  @Override
  public Statement visitDefineVariable(SqlParser.DefineVariableContext context) {
    return new Statement.DefineVariable(
        names.asWritten(context.identifier()), string(context.STRING_VALUE()), position(context));
  }

  @Override
  public Statement visitUndefineVariable(SqlParser.UndefineVariableContext context) {
    return new Statement.UndefineVariable(names.asWritten(context.identifier()), position(context));
  }

  @Override
  public Statement visitRunScript(SqlParser.RunScriptContext context) {
    return new Statement.RunScript(string(context.STRING_VALUE()), position(context));
  }

  // --- assertions

  @Override
  public Statement visitAssertTopic(SqlParser.AssertTopicContext context) {
    return new Statement.AssertTopic(
        names.asWritten(context.name()),
        properties(context.withProperties()),
        context.EXISTS() == null,
        timeout(context.timeout()),
        position(context));
  }

  @Override
  public Statement visitAssertSchema(SqlParser.AssertSchemaContext context) {
    return new Statement.AssertSchema(
        Optional.ofNullable(context.name()).map(names::asWritten),
        context.number() == null
            ? OptionalInt.empty()
            : OptionalInt.of(QueryBuilder.wholeNumber(context.number(), "ID")),
        context.EXISTS() == null,
        timeout(context.timeout()),
        position(context));
  }

  private static Optional<Duration> timeout(SqlParser.@Nullable TimeoutContext context) {
    return Optional.ofNullable(context)
        .map(timeout -> Durations.of(timeout.duration()).toDuration());
  }

  @Override
  public Statement visitAssertValues(SqlParser.AssertValuesContext context) {
    return new Statement.AssertValues(
        names.of(context.sourceName()),
        columnNames(context.columnNames()),
        expressions.build(context.expressionList().expression()),
        position(context));
  }

  @Override
  public Statement visitAssertTombstone(SqlParser.AssertTombstoneContext context) {
    return new Statement.AssertTombstone(
        names.of(context.sourceName()),
        columnNames(context.columnNames()),
        expressions.build(context.expressionList().expression()),
        position(context));
  }

  @Override
  public Statement visitAssertSource(SqlParser.AssertSourceContext context) {
    SourceKind kind = kind(context.sourceKind());
    Statement.CreateSource expected =
        new Statement.CreateSource(
            kind,
            names.of(context.sourceName()),
            columns(kind, context.columnDefinitions()),
            properties(context.withProperties()),
            false,
            false,
            false,
            position(context));
    return new Statement.AssertSource(expected, position(context));
  }

  // --- parts

  private static SourceKind kind(SqlParser.SourceKindContext kind) {
    return kind.STREAM() == null ? SourceKind.TABLE : SourceKind.STREAM;
  }

  private List<ColumnDefinition> columns(
      SourceKind kind, SqlParser.@Nullable ColumnDefinitionsContext definitions) {
    return definitions == null
        ? List.of()
        : definitions.columnDefinition().stream().map(column -> column(kind, column)).toList();
  }

  private ColumnDefinition column(SourceKind kind, SqlParser.ColumnDefinitionContext context) {
    String name = names.of(context.identifier());
    SourcePosition position = position(context);
    SqlParser.ColumnRoleContext written = context.columnRole();
    ColumnRole role = role(written);
    if (role == ColumnRole.KEY && kind == SourceKind.TABLE) {
      throw wrongKey(name, "KEY", "PRIMARY KEY", "tables", position);
    }
    if (role == ColumnRole.PRIMARY_KEY && kind == SourceKind.STREAM) {
      throw wrongKey(name, "PRIMARY KEY", "KEY", "streams", position);
    }
    Optional<String> headerKey =
        role == ColumnRole.HEADER ? Optional.of(string(written.STRING_VALUE())) : Optional.empty();
    return new ColumnDefinition(name, types.build(context.type()), role, headerKey, position);
  }

  private static ColumnRole role(SqlParser.@Nullable ColumnRoleContext role) {
    if (role == null) {
      return ColumnRole.VALUE;
    }
    if (role.HEADERS() != null) {
      return ColumnRole.HEADERS;
    }
    if (role.HEADER() != null) {
      return ColumnRole.HEADER;
    }
    return role.PRIMARY() == null ? ColumnRole.KEY : ColumnRole.PRIMARY_KEY;
  }

  private static KsqlException wrongKey(
      String name, String written, String right, String sources, SourcePosition position) {
    return new KsqlException(
        "Failed to prepare statement: Line: "
            + position.line()
            + ", Col: "
            + position.column()
            + ": Column `"
            + name
            + "` is a '"
            + written
            + "' column: please use '"
            + right
            + "' for "
            + sources
            + ".");
  }

  private List<String> columnNames(SqlParser.@Nullable ColumnNamesContext columns) {
    return columns == null ? List.of() : columns.identifier().stream().map(names::of).toList();
  }

  private Map<String, Expression.Literal> properties(
      SqlParser.@Nullable WithPropertiesContext with) {
    return properties(with, name -> name.toUpperCase(Locale.ROOT));
  }

  private Map<String, Expression.Literal> connectorProperties(
      SqlParser.WithPropertiesContext with) {
    return properties(with, Function.identity());
  }

  private Map<String, Expression.Literal> properties(
      SqlParser.@Nullable WithPropertiesContext with, Function<String, String> nameCase) {
    Map<String, Expression.Literal> properties = new LinkedHashMap<>();
    if (with != null) {
      for (SqlParser.PropertyContext property : with.property()) {
        String written =
            property.identifier() == null
                ? string(property.STRING_VALUE())
                : names.asWritten(property.identifier());
        String name = nameCase.apply(written);
        if (properties.put(name, expressions.literal(property.literal())) != null) {
          throw new KsqlException(
              "Failed to prepare statement: Duplicate property in the WITH clause: " + name);
        }
      }
    }
    return properties;
  }

  private static String string(TerminalNode node) {
    return Names.unquote(node.getText());
  }

  private SourcePosition position(ParserRuleContext context) {
    return Positions.of(context.getStart(), statement);
  }
}
