// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Query;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.ColumnDefinition;
import io.lastfive.ksqlengine.types.SqlType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Statements, queries and expressions as ksqlDB prints them in its answers. What is printed reads
 * back as an equal tree.
 */
public final class SqlFormatter {

  private static final String MASK = "'[value]'";

  private SqlFormatter() {}

  /** The statement with its {@code ;}. */
  public static String format(Statement statement) {
    return text(statement) + ";";
  }

  public static String format(Query query) {
    return QueryFormatter.format(query);
  }

  public static String format(Expression expression) {
    return ExpressionFormatter.format(expression);
  }

  /** A type, field names quoted only where they need it. */
  public static String format(SqlType type) {
    return ExpressionFormatter.type(type);
  }

  /** A name, in backticks where it would not be read back as it is. */
  public static String identifier(String name) {
    return Identifiers.format(name);
  }

  /** A name in backticks, whether it needs them or not. */
  public static String quoted(String name) {
    return Identifiers.quoted(name);
  }

  /** An INSERT VALUES as it may be shown and logged: without its values. */
  public static String masked(Statement.InsertValues insert) {
    String columns =
        insert.columns().isEmpty()
            ? ""
            : insert.columns().stream()
                .map(Identifiers::quoted)
                .collect(Collectors.joining(", ", " (", ")"));
    String values = insert.values().stream().map(v -> MASK).collect(Collectors.joining(", "));
    return "INSERT INTO "
        + Identifiers.quoted(insert.target())
        + columns
        + " VALUES ("
        + values
        + ");";
  }

  private static String text(Statement statement) {
    if (statement instanceof Statement.CreateSource create) {
      return createSource(create);
    }
    if (statement instanceof Statement.CreateAsSelect create) {
      return "CREATE "
          + (create.orReplace() ? "OR REPLACE " : "")
          + create.kind()
          + " "
          + (create.ifNotExists() ? "IF NOT EXISTS " : "")
          + Identifiers.format(create.name())
          + with(create.properties())
          + " AS "
          + QueryFormatter.format(create.query());
    }
    if (statement instanceof Statement.InsertInto insert) {
      return "INSERT INTO "
          + Identifiers.format(insert.target())
          + with(insert.properties())
          + " "
          + QueryFormatter.format(insert.query());
    }
    if (statement instanceof Statement.InsertValues insert) {
      return "INSERT INTO "
          + Identifiers.format(insert.target())
          + names(insert.columns())
          + " VALUES "
          + values(insert.values());
    }
    if (statement instanceof Statement.DropSource drop) {
      return "DROP "
          + drop.kind()
          + (drop.ifExists() ? " IF EXISTS " : " ")
          + Identifiers.format(drop.name())
          + (drop.deleteTopic() ? " DELETE TOPIC" : "");
    }
    if (statement instanceof Statement.AlterSource alter) {
      return "ALTER "
          + alter.kind()
          + " "
          + Identifiers.format(alter.name())
          + alter.added().stream()
              .map(column -> " ADD COLUMN " + column(column))
              .collect(Collectors.joining(","));
    }
    if (statement instanceof Statement.CreateType create) {
      return "CREATE TYPE "
          + (create.ifNotExists() ? "IF NOT EXISTS " : "")
          + Identifiers.format(create.name())
          + " AS "
          + ExpressionFormatter.type(create.type());
    }
    if (statement instanceof Statement.DropType drop) {
      return "DROP TYPE " + (drop.ifExists() ? "IF EXISTS " : "") + Identifiers.format(drop.name());
    }
    if (statement instanceof Statement.SelectQuery select) {
      return QueryFormatter.format(select.query());
    }
    if (statement instanceof Statement.PrintTopic print) {
      return "PRINT "
          + ExpressionFormatter.string(print.topic())
          + (print.fromBeginning() ? " FROM BEGINNING" : "")
          + (print.interval().isPresent() ? " INTERVAL " + print.interval().getAsInt() : "")
          + (print.limit().isPresent() ? " LIMIT " + print.limit().getAsInt() : "");
    }
    if (statement instanceof Statement.QueryControl control) {
      return control.action() + " " + control.queryId().map(Identifiers::format).orElse("ALL");
    }
    return looking(statement);
  }

  private static String looking(Statement statement) {
    if (statement instanceof Statement.ListAll list) {
      return "LIST " + list.kind().name().replace('_', ' ') + extended(list.extended());
    }
    if (statement instanceof Statement.DescribeSource describe) {
      return "DESCRIBE " + Identifiers.format(describe.name()) + extended(describe.extended());
    }
    if (statement instanceof Statement.DescribeSources describe) {
      return "DESCRIBE " + describe.kind() + "S" + extended(describe.extended());
    }
    if (statement instanceof Statement.DescribeFunction describe) {
      return "DESCRIBE FUNCTION " + Identifiers.format(describe.name());
    }
    if (statement instanceof Statement.DescribeConnector describe) {
      return "DESCRIBE CONNECTOR " + ExpressionFormatter.string(describe.name());
    }
    if (statement instanceof Statement.ExplainQuery explain) {
      return "EXPLAIN " + Identifiers.format(explain.queryId());
    }
    if (statement instanceof Statement.ExplainStatement explain) {
      return "EXPLAIN " + text(explain.statement());
    }
    return session(statement);
  }

  private static String session(Statement statement) {
    if (statement instanceof Statement.SetProperty set) {
      return "SET " + assignment(set.name(), set.value());
    }
    if (statement instanceof Statement.UnsetProperty unset) {
      return "UNSET " + ExpressionFormatter.string(unset.name());
    }
    if (statement instanceof Statement.AlterSystemProperty alter) {
      return "ALTER SYSTEM " + assignment(alter.name(), alter.value());
    }
    if (statement instanceof Statement.DefineVariable define) {
      return "DEFINE " + define.name() + " = " + ExpressionFormatter.string(define.value());
    }
    if (statement instanceof Statement.UndefineVariable undefine) {
      return "UNDEFINE " + undefine.name();
    }
    if (statement instanceof Statement.RunScript run) {
      return "RUN SCRIPT " + ExpressionFormatter.string(run.file());
    }
    if (statement instanceof Statement.CreateConnector create) {
      return "CREATE "
          + (create.sink() ? "SINK" : "SOURCE")
          + " CONNECTOR "
          + (create.ifNotExists() ? "IF NOT EXISTS " : "")
          + ExpressionFormatter.string(create.name())
          + connectorProperties(create.properties());
    }
    if (statement instanceof Statement.DropConnector drop) {
      return "DROP CONNECTOR "
          + (drop.ifExists() ? "IF EXISTS " : "")
          + ExpressionFormatter.string(drop.name());
    }
    return assertion(statement);
  }

  private static String assertion(Statement statement) {
    if (statement instanceof Statement.AssertTopic topic) {
      return "ASSERT "
          + (topic.exists() ? "" : "NOT EXISTS ")
          + "TOPIC "
          + ExpressionFormatter.string(topic.topic())
          + with(topic.properties())
          + timeout(topic.timeout());
    }
    if (statement instanceof Statement.AssertSchema schema) {
      return "ASSERT "
          + (schema.exists() ? "" : "NOT EXISTS ")
          + "SCHEMA"
          + schema.subject().map(s -> " SUBJECT " + ExpressionFormatter.string(s)).orElse("")
          + (schema.id().isPresent() ? " ID " + schema.id().getAsInt() : "")
          + timeout(schema.timeout());
    }
    if (statement instanceof Statement.AssertValues values) {
      return "ASSERT VALUES "
          + Identifiers.format(values.source())
          + names(values.columns())
          + " VALUES "
          + values(values.values());
    }
    if (statement instanceof Statement.AssertTombstone tombstone) {
      return "ASSERT NULL VALUES "
          + Identifiers.format(tombstone.source())
          + names(tombstone.columns())
          + " KEY "
          + values(tombstone.values());
    }
    if (statement instanceof Statement.AssertSource source) {
      return "ASSERT "
          + source.expected().kind()
          + " "
          + Identifiers.format(source.expected().name())
          + columns(source.expected().columns())
          + with(source.expected().properties());
    }
    throw new IllegalStateException("Unknown statement: " + statement.getClass());
  }

  private static String createSource(Statement.CreateSource create) {
    return "CREATE "
        + (create.orReplace() ? "OR REPLACE " : "")
        + (create.isSource() ? "SOURCE " : "")
        + create.kind()
        + " "
        + (create.ifNotExists() ? "IF NOT EXISTS " : "")
        + Identifiers.format(create.name())
        + columns(create.columns())
        + with(create.properties());
  }

  private static String columns(List<ColumnDefinition> columns) {
    return columns.isEmpty()
        ? ""
        : columns.stream().map(SqlFormatter::column).collect(Collectors.joining(", ", " (", ")"));
  }

  private static String column(ColumnDefinition column) {
    String role =
        switch (column.role()) {
          case VALUE -> "";
          case KEY -> " KEY";
          case PRIMARY_KEY -> " PRIMARY KEY";
          case HEADERS -> " HEADERS";
          case HEADER ->
              " HEADER(" + ExpressionFormatter.string(column.headerKey().orElseThrow()) + ")";
        };
    return Identifiers.format(column.name()) + " " + ExpressionFormatter.type(column.type()) + role;
  }

  /** Properties in the order of their names. */
  private static String with(Map<String, Expression.Literal> properties) {
    return properties.isEmpty()
        ? ""
        : new TreeMap<>(properties)
            .entrySet().stream()
                .map(p -> propertyName(p.getKey()) + "=" + format(p.getValue()))
                .collect(Collectors.joining(", ", " WITH (", ")"));
  }

  /** The names of properties keep their case, so they are quoted as strings. */
  private static String connectorProperties(Map<String, Expression.Literal> properties) {
    return new TreeMap<>(properties)
        .entrySet().stream()
            .map(p -> ExpressionFormatter.string(p.getKey()) + "=" + format(p.getValue()))
            .collect(Collectors.joining(", ", " WITH (", ")"));
  }

  private static String propertyName(String name) {
    String identifier = Identifiers.format(name);
    return identifier.equals(name) ? name : ExpressionFormatter.string(name);
  }

  private static String names(List<String> columns) {
    return columns.isEmpty()
        ? ""
        : columns.stream().map(Identifiers::format).collect(Collectors.joining(", ", " (", ")"));
  }

  private static String values(List<Expression> values) {
    return values.stream()
        .map(ExpressionFormatter::format)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String assignment(String name, String value) {
    return ExpressionFormatter.string(name) + "=" + ExpressionFormatter.string(value);
  }

  private static String extended(boolean extended) {
    return extended ? " EXTENDED" : "";
  }

  private static String timeout(Optional<Duration> timeout) {
    return timeout
        .map(
            t ->
                t.toMillis() % 1000 == 0
                    ? String.format(Locale.ROOT, " TIMEOUT %d SECONDS", t.toSeconds())
                    : String.format(Locale.ROOT, " TIMEOUT %d MILLISECONDS", t.toMillis()))
        .orElse("");
  }
}
