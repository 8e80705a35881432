// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreate;
import io.lastfive.ksqlengine.analysis.QueryNormalizer;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Query.Relation;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.ast.Statement.ColumnDefinition;
import io.lastfive.ksqlengine.ast.Statement.ColumnRole;
import io.lastfive.ksqlengine.ast.Statement.CreateAsSelect;
import io.lastfive.ksqlengine.ast.Statement.CreateSource;
import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.query.Topics.Topic;
import io.lastfive.ksqlengine.types.RowSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Fills in what a CREATE leaves to the server, so that the command log says it all: formats, topic,
 * partitions, replicas, retention, cleanup policy, inferred columns, and the query spelled out.
 */
public final class StatementCompletion {
  private static final long DEFAULT_RETENTION_MILLIS = 604_800_000L;

  private final Function<String, Optional<Topic>> topics;
  private final Catalog catalog;

  /**
   * @param topics the topic of a name, where there is one
   */
  public StatementCompletion(Function<String, Optional<Topic>> topics, Catalog catalog) {
    this.topics = topics;
    this.catalog = catalog;
  }

  /** The formats that hold where none is given. */
  public static CreateSource withFormats(CreateSource create, Map<String, String> config) {
    Map<String, Literal> properties = new LinkedHashMap<>(create.properties());
    if (!properties.containsKey("FORMAT")) {
      properties.putIfAbsent(
          "KEY_FORMAT", text(config.getOrDefault("ksql.persistence.default.format.key", "KAFKA")));
      Optional.ofNullable(config.get("ksql.persistence.default.format.value"))
          .ifPresent(format -> properties.putIfAbsent("VALUE_FORMAT", text(format)));
    }
    return withProperties(create, create.columns(), properties);
  }

  /** The columns that were inferred. */
  public static CreateSource withColumns(CreateSource create, AnalysedCreate analysed) {
    RowSchema schema = analysed.source().schema();
    boolean hasKey = create.columns().stream().anyMatch(c -> isKey(c.role()));
    boolean hasValue = create.columns().stream().anyMatch(c -> c.role() == ColumnRole.VALUE);
    List<ColumnDefinition> columns = new ArrayList<>();
    if (!hasKey) {
      ColumnRole role =
          create.kind() == SourceKind.STREAM ? ColumnRole.KEY : ColumnRole.PRIMARY_KEY;
      schema
          .key()
          .forEach(
              c ->
                  columns.add(
                      new ColumnDefinition(
                          c.name(), c.type(), role, Optional.empty(), SourcePosition.NONE)));
    }
    columns.addAll(create.columns());
    if (!hasValue) {
      schema
          .value()
          .forEach(
              c ->
                  columns.add(
                      new ColumnDefinition(
                          c.name(),
                          c.type(),
                          ColumnRole.VALUE,
                          Optional.empty(),
                          SourcePosition.NONE)));
    }
    return withProperties(create, columns, create.properties());
  }

  public static CreateSource withCleanupPolicy(CreateSource create) {
    Map<String, Literal> properties = new LinkedHashMap<>(create.properties());
    properties.putIfAbsent(
        "CLEANUP_POLICY",
        text(cleanupPolicy(create.kind(), properties.containsKey("WINDOW_TYPE"))));
    return withProperties(create, create.columns(), properties);
  }

  /**
   * The topic of a CREATE ... AS, and the query spelled out.
   *
   * @throws KsqlException where there is such a topic already, with other partitions
   */
  public CreateAsSelect complete(CreateAsSelect create) {
    Map<String, Literal> properties = new LinkedHashMap<>(create.properties());
    properties.putIfAbsent("KAFKA_TOPIC", text(create.name()));
    String name = String.valueOf(properties.get("KAFKA_TOPIC").value());
    Optional<Topic> existing = topics.apply(name);
    Optional<Topic> like =
        existing.isPresent()
            ? existing
            : leftmost(create.query().from()).map(DataSource::topic).flatMap(topics);
    like.ifPresent(
        topic -> {
          properties.putIfAbsent("PARTITIONS", number(topic.partitions()));
          properties.putIfAbsent("REPLICAS", number(topic.replicas()));
        });
    properties.putIfAbsent(
        "RETENTION_MS",
        number(like.flatMap(Topic::retentionMillis).orElse(DEFAULT_RETENTION_MILLIS)));
    properties.putIfAbsent(
        "CLEANUP_POLICY", text(cleanupPolicy(create.kind(), create.query().window().isPresent())));
    return new CreateAsSelect(
        create.kind(),
        create.name(),
        properties,
        QueryNormalizer.normalize(create.query(), catalog),
        create.orReplace(),
        create.ifNotExists(),
        create.position());
  }

  private Optional<DataSource> leftmost(Relation relation) {
    if (relation instanceof Relation.Join join) {
      return leftmost(join.left());
    }
    return relation instanceof Relation.Source source
        ? catalog.source(source.name())
        : Optional.empty();
  }

  private static String cleanupPolicy(SourceKind kind, boolean windowed) {
    if (kind == SourceKind.STREAM) {
      return "delete";
    }
    return windowed ? "compact,delete" : "compact";
  }

  private static boolean isKey(ColumnRole role) {
    return role == ColumnRole.KEY || role == ColumnRole.PRIMARY_KEY;
  }

  private static Literal text(String value) {
    return new Literal(value, SourcePosition.NONE);
  }

  private static Literal number(long value) {
    return value == (int) value
        ? new Literal((int) value, SourcePosition.NONE)
        : new Literal(value, SourcePosition.NONE);
  }

  private static CreateSource withProperties(
      CreateSource create, List<ColumnDefinition> columns, Map<String, Literal> properties) {
    return new CreateSource(
        create.kind(),
        create.name(),
        columns,
        properties,
        create.orReplace(),
        create.ifNotExists(),
        create.isSource(),
        create.position());
  }
}
