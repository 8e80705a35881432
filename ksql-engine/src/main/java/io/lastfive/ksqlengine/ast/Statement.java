// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.ast;

import io.lastfive.ksqlengine.types.SqlType;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A statement as written, one record a kind. Names are in their stored case (upper unless quoted).
 * Property maps keep the written order; their names are upper case. Equality ignores positions.
 */
public sealed interface Statement {

  SourcePosition position();

  enum SourceKind {
    STREAM,
    TABLE
  }

  /** The part a declared column plays. */
  enum ColumnRole {
    VALUE,
    KEY,
    PRIMARY_KEY,
    HEADERS,
    /** One header, named by {@link ColumnDefinition#headerKey()}. */
    HEADER
  }

  record ColumnDefinition(
      String name,
      SqlType type,
      ColumnRole role,
      Optional<String> headerKey,
      SourcePosition position) {}

  // --- definitions

  /** CREATE [OR REPLACE] [SOURCE] STREAM|TABLE [IF NOT EXISTS] name (columns) WITH (...). */
  record CreateSource(
      SourceKind kind,
      String name,
      List<ColumnDefinition> columns,
      Map<String, Expression.Literal> properties,
      boolean orReplace,
      boolean ifNotExists,
      boolean isSource,
      SourcePosition position)
      implements Statement {
    public CreateSource {
      columns = List.copyOf(columns);
      properties = orderedCopy(properties);
    }
  }

  /** CREATE [OR REPLACE] STREAM|TABLE [IF NOT EXISTS] name WITH (...) AS SELECT. */
  record CreateAsSelect(
      SourceKind kind,
      String name,
      Map<String, Expression.Literal> properties,
      Query query,
      boolean orReplace,
      boolean ifNotExists,
      SourcePosition position)
      implements Statement {
    public CreateAsSelect {
      properties = orderedCopy(properties);
    }
  }

  record InsertInto(
      String target,
      Map<String, Expression.Literal> properties,
      Query query,
      SourcePosition position)
      implements Statement {
    public InsertInto {
      properties = orderedCopy(properties);
    }
  }

  /** INSERT INTO target [(columns)] VALUES (values). */
  record InsertValues(
      String target, List<String> columns, List<Expression> values, SourcePosition position)
      implements Statement {
    public InsertValues {
      columns = List.copyOf(columns);
      values = List.copyOf(values);
    }
  }

  record DropSource(
      SourceKind kind, String name, boolean ifExists, boolean deleteTopic, SourcePosition position)
      implements Statement {}

  /** ALTER STREAM|TABLE name ADD [COLUMN] .... */
  record AlterSource(
      SourceKind kind, String name, List<ColumnDefinition> added, SourcePosition position)
      implements Statement {
    public AlterSource {
      added = List.copyOf(added);
    }
  }

  record CreateType(String name, SqlType type, boolean ifNotExists, SourcePosition position)
      implements Statement {}

  record DropType(String name, boolean ifExists, SourcePosition position) implements Statement {}

  // --- queries

  /** A SELECT on its own: push with EMIT CHANGES, pull without. */
  record SelectQuery(Query query, SourcePosition position) implements Statement {}

  /** PRINT topic [FROM BEGINNING] [INTERVAL n] [LIMIT n]; the topic in its written case. */
  record PrintTopic(
      String topic,
      boolean fromBeginning,
      OptionalInt interval,
      OptionalInt limit,
      SourcePosition position)
      implements Statement {}

  /** TERMINATE, PAUSE or RESUME of one query, or of all where the id is empty. */
  record QueryControl(Action action, Optional<String> queryId, SourcePosition position)
      implements Statement {
    public enum Action {
      TERMINATE,
      PAUSE,
      RESUME
    }
  }

  // --- looking

  /** LIST/SHOW of everything of a kind. */
  record ListAll(Kind kind, boolean extended, SourcePosition position) implements Statement {
    public enum Kind {
      STREAMS,
      TABLES,
      TOPICS,
      /** SHOW ALL TOPICS: internal ones too. */
      ALL_TOPICS,
      QUERIES,
      FUNCTIONS,
      PROPERTIES,
      TYPES,
      VARIABLES,
      CONNECTORS,
      SOURCE_CONNECTORS,
      SINK_CONNECTORS,
      CONNECTOR_PLUGINS
    }
  }

  /** DESCRIBE name [EXTENDED]; SHOW COLUMNS FROM name is the same. */
  record DescribeSource(String name, boolean extended, SourcePosition position)
      implements Statement {}

  /** DESCRIBE STREAMS|TABLES [EXTENDED]. */
  record DescribeSources(SourceKind kind, boolean extended, SourcePosition position)
      implements Statement {}

  record DescribeFunction(String name, SourcePosition position) implements Statement {}

  record DescribeConnector(String name, SourcePosition position) implements Statement {}

  /** EXPLAIN of a running query by its id. */
  record ExplainQuery(String queryId, SourcePosition position) implements Statement {}

  /** EXPLAIN of a statement. */
  record ExplainStatement(Statement statement, SourcePosition position) implements Statement {}

  // --- session

  record SetProperty(String name, String value, SourcePosition position) implements Statement {}

  record UnsetProperty(String name, SourcePosition position) implements Statement {}

  record AlterSystemProperty(String name, String value, SourcePosition position)
      implements Statement {}

  record DefineVariable(String name, String value, SourcePosition position) implements Statement {}

  record UndefineVariable(String name, SourcePosition position) implements Statement {}

  record RunScript(String file, SourcePosition position) implements Statement {}

  // --- connectors

  record CreateConnector(
      boolean sink,
      String name,
      Map<String, Expression.Literal> properties,
      boolean ifNotExists,
      SourcePosition position)
      implements Statement {
    public CreateConnector {
      properties = orderedCopy(properties);
    }
  }

  record DropConnector(String name, boolean ifExists, SourcePosition position)
      implements Statement {}

  // --- assertions

  /** ASSERT [NOT EXISTS] TOPIC name [WITH (...)] [TIMEOUT ...]. */
  record AssertTopic(
      String topic,
      Map<String, Expression.Literal> properties,
      boolean exists,
      Optional<Duration> timeout,
      SourcePosition position)
      implements Statement {
    public AssertTopic {
      properties = orderedCopy(properties);
    }
  }

  /** ASSERT [NOT EXISTS] SCHEMA [SUBJECT s] [ID i] [TIMEOUT ...]. */
  record AssertSchema(
      Optional<String> subject,
      OptionalInt id,
      boolean exists,
      Optional<Duration> timeout,
      SourcePosition position)
      implements Statement {}

  /** ASSERT VALUES name (columns) VALUES (values): of script tests only. */
  record AssertValues(
      String source, List<String> columns, List<Expression> values, SourcePosition position)
      implements Statement {
    public AssertValues {
      columns = List.copyOf(columns);
      values = List.copyOf(values);
    }
  }

  /** ASSERT NULL VALUES name (columns) KEY (values): of script tests only. */
  record AssertTombstone(
      String source, List<String> columns, List<Expression> values, SourcePosition position)
      implements Statement {
    public AssertTombstone {
      columns = List.copyOf(columns);
      values = List.copyOf(values);
    }
  }

  /** ASSERT STREAM|TABLE ...: of script tests only. */
  record AssertSource(CreateSource expected, SourcePosition position) implements Statement {}

  /** A copy nobody changes that keeps the written order, which {@code Map.copyOf} would lose. */
  private static <V> Map<String, V> orderedCopy(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
