// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedQuery.AnalysedProjection;
import io.lastfive.ksqlengine.analysis.AnalysedQuery.PartitionColumn;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedCreateAs;
import io.lastfive.ksqlengine.ast.Statement.CreateAsSelect;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.serde.Format;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where a query's result goes: the new stream or table, or the stream it is inserted into. */
final class SinkAnalyser {
  private final SchemaStore schemas;

  SinkAnalyser(SchemaStore schemas) {
    this.schemas = schemas;
  }

  /** Formats that the WITH clause does not name are those of the (leftmost) source. */
  AnalysedCreateAs createAs(
      String text,
      CreateAsSelect create,
      WithProperties with,
      AnalysedQuery query,
      Map<String, String> config) {
    RowSchema schema = query.schema();
    SchemaRules.checkNoDuplicates(schema);
    DataSource source = query.sources().get(0).source();
    FormatSpec keySpec = keySpec(create.name(), with, query, config);
    String valueFormat =
        with.valueFormat().map(name -> Formats.of(name).name()).orElse(source.valueFormat().name());
    FormatSpec valueSpec =
        SchemaRules.valueSpec(
            with,
            valueFormat,
            inherited(source.valueFormat(), valueFormat),
            schema.value(),
            config);
    SchemaRules.checkFormats(schema, keySpec, valueSpec);
    String topic =
        with.text("KAFKA_TOPIC")
            .orElseGet(
                () -> config.getOrDefault("ksql.output.topic.name.prefix", "") + create.name());
    checkSchemaIds(schema, keySpec, valueSpec, topic);
    DataSource sink =
        new DataSource(
            create.kind(),
            create.name(),
            schema,
            topic,
            keySpec,
            valueSpec,
            query.window(),
            SchemaRules.timestamp(with, schema),
            false,
            true,
            text);
    return new AnalysedCreateAs(
        sink,
        SourceAnalyser.topicSettings(with, topic),
        withSink(query, query.projection(), sink),
        create.orReplace());
  }

  /** A schema named by its id must begin with the result's columns. */
  private void checkSchemaIds(
      RowSchema schema, FormatSpec keySpec, FormatSpec valueSpec, String topic) {
    if (keySpec.properties().containsKey(FormatSpec.SCHEMA_ID)) {
      checkSchemaId(
          "key", schema.key(), RegisteredSchemas.inferColumns(topic, keySpec, true, schemas));
    }
    if (valueSpec.properties().containsKey(FormatSpec.SCHEMA_ID)) {
      checkSchemaId(
          "value",
          schema.value(),
          RegisteredSchemas.inferColumns(topic, valueSpec, false, schemas));
    }
  }

  private static void checkSchemaId(String part, List<Column> wanted, List<Column> registered) {
    List<String> different = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      if (i >= registered.size() || !registered.get(i).equals(wanted.get(i))) {
        different.add(described(wanted.get(i)));
      }
    }
    if (!different.isEmpty()) {
      throw new KsqlException(
          "The following "
              + part
              + " columns are changed, missing or reordered: "
              + different
              + ". Schema from schema registry is "
              + registered.stream().map(SinkAnalyser::described).toList());
    }
  }

  private static String described(Column column) {
    return "`" + column.name() + "` " + column.type().toSql(true);
  }

  private static FormatSpec keySpec(
      String sink, WithProperties with, AnalysedQuery query, Map<String, String> config) {
    Optional<String> explicit = with.keyFormat().map(name -> Formats.of(name).name());
    if (query.schema().key().isEmpty()) {
      boolean named = with.has("KEY_FORMAT") && !explicit.equals(Optional.of("NONE"));
      if (named) {
        throw new KsqlException("Key format specified for stream without key columns.");
      }
      return FormatSpec.of("NONE");
    }
    FormatSpec sourceSpec = query.sources().get(0).source().keyFormat();
    String format =
        explicit.orElseGet(
            () ->
                sourceSpec.name().equals("NONE")
                    ? config.getOrDefault("ksql.persistence.default.format.key", "KAFKA")
                    : sourceSpec.name());
    FormatSpec spec = SchemaRules.keySpec(with, format, inherited(sourceSpec, format));
    return SchemaRules.named(spec, sink);
  }

  private static Map<String, String> inherited(FormatSpec source, String format) {
    Format target = Formats.of(format);
    Map<String, String> inherited = new TreeMap<>(source.properties());
    inherited.keySet().retainAll(target.inheritedProperties());
    return source.name().equals(target.name()) ? inherited : Map.of();
  }

  /**
   * The result must have the target's columns by name and order; values are widened to its types.
   */
  AnalysedQuery insertInto(DataSource target, AnalysedQuery query) {
    RowSchema result = query.schema();
    RowSchema wanted = target.schema();
    boolean fits =
        sameNames(result.key(), wanted.key())
            && result.key().equals(wanted.key())
            && sameNames(result.value(), wanted.value());
    List<AnalysedColumn> values = new ArrayList<>();
    for (int i = 0; fits && i < wanted.value().size(); i++) {
      AnalysedColumn column = query.projection().values().get(i);
      SqlType type = wanted.value().get(i).type();
      if (column.type().equals(type)) {
        values.add(column);
        continue;
      }
      Optional<Casts.Conversion> conversion = conversion(column.type(), type);
      if (conversion.isEmpty()) {
        fits = false;
      } else {
        Evaluator evaluator = column.evaluator();
        Casts.Conversion widen = conversion.get();
        values.add(
            new AnalysedColumn(
                column.name(),
                type,
                row -> {
                  Object value = evaluator.evaluate(row);
                  return value == null ? null : widen.apply(value);
                },
                column.text()));
      }
    }
    if (!fits) {
      throw new KsqlException(
          "Incompatible schema between results and sink.\nResult schema is "
              + result
              + "\nSink schema is "
              + wanted);
    }
    if (!query.window().equals(target.window())
        && (query.window().isPresent() || target.window().isPresent())) {
      throw new KsqlException(
          "Incompatible windows between results and sink: the result is "
              + query.window().map(w -> w.kind().name().toLowerCase(Locale.ROOT)).orElse("not")
              + " windowed.");
    }
    return withSink(
        query, new AnalysedProjection(query.projection().partitionBy(), values), target);
  }

  /** Whole numbers become decimals of any precision, as long as their values fit. */
  private static Optional<Casts.Conversion> conversion(SqlType from, SqlType to) {
    boolean whole = from == SqlType.INTEGER || from == SqlType.BIGINT;
    return whole && to instanceof SqlType.Decimal
        ? Optional.of(Casts.explicit(from, to))
        : Casts.implicit(from, to);
  }

  private static boolean sameNames(List<Column> some, List<Column> others) {
    return some.stream()
        .map(Column::name)
        .toList()
        .equals(others.stream().map(Column::name).toList());
  }

  private static AnalysedQuery withSink(
      AnalysedQuery query, AnalysedProjection projection, DataSource sink) {
    Optional<List<PartitionColumn>> partitionBy = projection.partitionBy();
    return new AnalysedQuery(
        query.from(),
        query.where(),
        query.tableFunctions(),
        query.aggregate(),
        query.having(),
        new AnalysedProjection(partitionBy, projection.values()),
        query.isTable(),
        query.window(),
        sink.schema(),
        query.limit(),
        Optional.of(sink));
  }
}
