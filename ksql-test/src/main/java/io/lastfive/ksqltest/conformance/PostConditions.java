// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.ColumnRole;
import io.lastfive.ksqlengine.ast.Statement.CreateSource;
import io.lastfive.ksqlengine.catalog.Catalog;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.catalog.DataSource.WindowSpec;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.serde.Format;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.RowSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a case says of streams, tables, types and topics after its statements. */
final class PostConditions {
  private final Catalog catalog;
  private final SchemaStore schemas;
  private final List<String> internalTopics;
  private final JsonNode post;

  PostConditions(Catalog catalog, SchemaStore schemas, List<String> internalTopics, JsonNode post) {
    this.catalog = catalog;
    this.schemas = schemas;
    this.internalTopics = internalTopics;
    this.post = post;
  }

  /**
   * @throws CaseFailure where something is otherwise
   */
  void check() {
    post.path("sources").forEach(this::checkSource);
    post.path("types")
        .properties()
        .forEach(
            type -> {
              if (catalog.type(type.getKey()).isEmpty()) {
                throw failed("type " + type.getKey() + " expected, there is none");
              }
            });
    JsonNode topics = post.path("topics");
    if (topics.has("blacklist")) {
      Pattern unwanted = Pattern.compile(topics.get("blacklist").asText());
      internalTopics.stream()
          .filter(topic -> unwanted.matcher(topic).matches())
          .findFirst()
          .ifPresent(
              topic -> {
                throw failed("no topic like " + unwanted + " expected, there is " + topic);
              });
    }
    topics.path("topics").forEach(this::checkTopic);
  }

  private void checkSource(JsonNode expected) {
    String name = expected.path("name").asText();
    DataSource source =
        catalog.source(name).orElseThrow(() -> failed("source " + name + " expected, none there"));
    check(name + " type", expected.path("type").asText(), source.kind().name());
    if (expected.has("schema")) {
      RowSchema schema = schema(expected.get("schema").asText());
      RowSchema actual = new RowSchema(source.schema().key(), source.schema().value());
      check(name + " schema", schema.toString(), actual.toString());
    }
    if (expected.has("isSource")) {
      check(
          name + " isSource", expected.get("isSource").asText(), String.valueOf(source.isSource()));
    }
    checkFormat(name + " key", expected.path("keyFormat"), source.keyFormat());
    checkFormat(name + " value", expected.path("valueFormat"), source.valueFormat());
    checkWindow(name, expected.path("keyFormat"), source.window());
    checkFeatures(
        name + " key features",
        expected.path("keyFeatures"),
        source.keyFormat(),
        source.schema().key(),
        true);
    checkFeatures(
        name + " value features",
        expected.path("valueFeatures"),
        source.valueFormat(),
        source.schema().value(),
        false);
  }

  private static void checkWindow(String name, JsonNode expected, Optional<WindowSpec> window) {
    if (expected.has("windowType")) {
      check(
          name + " window",
          expected.get("windowType").asText(),
          window.map(spec -> spec.kind().name()).orElse("none"));
    }
    if (expected.path("windowSize").isNumber()) {
      check(
          name + " window size",
          expected.get("windowSize").asText(),
          window.flatMap(WindowSpec::size).map(size -> "" + size.toMillis()).orElse("none"));
    }
  }

  private static void checkFormat(String what, JsonNode expected, FormatSpec actual) {
    if (expected.isTextual()) {
      check(what + " format", expected.asText(), actual.name());
    } else if (expected.has("format")) {
      check(what + " format", expected.get("format").asText(), actual.name());
    }
    expected
        .path("properties")
        .properties()
        .forEach(
            property ->
                check(
                    what + " " + property.getKey(),
                    property.getValue().asText(),
                    actual.properties().getOrDefault(property.getKey(), "")));
  }

  private static void checkFeatures(
      String what, JsonNode expected, FormatSpec spec, List<Column> columns, boolean isKey) {
    if (!expected.isArray()) {
      return;
    }
    List<String> wanted = new ArrayList<>();
    expected.forEach(feature -> wanted.add(feature.asText()));
    Format format = Formats.of(spec);
    check(what, wanted.toString(), format.features(columns, spec, isKey).toString());
  }

  private void checkTopic(JsonNode expected) {
    String name = expected.path("name").asText();
    Optional<DataSource> source =
        catalog.sources().stream().filter(s -> s.topic().equalsIgnoreCase(name)).findFirst();
    if (source.isEmpty()) {
      if (name.endsWith("-repartition") && !internalTopics.contains(name)) {
        throw failed("topic " + name + " expected, there are " + internalTopics);
      }
      return;
    }
    checkFormat("topic " + name + " key", expected.path("keyFormat"), source.get().keyFormat());
    checkFormat(
        "topic " + name + " value", expected.path("valueFormat"), source.get().valueFormat());
    checkFeatures(
        "topic " + name + " key features",
        expected.path("keyFormat").path("features"),
        source.get().keyFormat(),
        source.get().schema().key(),
        true);
    checkSchema(name, true, expected.path("keySchema"));
    checkSchema(name, false, expected.path("valueSchema"));
  }

  private void checkSchema(String topic, boolean isKey, JsonNode expected) {
    if (!expected.isObject() && !expected.isTextual()) {
      return;
    }
    String subject = RegisteredSchemas.subject(topic, isKey);
    String text =
        schemas
            .latest(subject)
            .orElseThrow(() -> failed("schema of " + subject + " expected, there is none"))
            .text();
    try {
      if (!QttCases.JSON.readTree(text).equals(expected)) {
        throw failed("schema of " + subject + ": " + expected + " expected, got " + text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a registered schema is no JSON", e);
    }
  }

  private RowSchema schema(String text) {
    boolean table = text.toUpperCase(Locale.ROOT).contains("PRIMARY KEY");
    Statement statement =
        KsqlParser.parse(
            new StatementText(
                "CREATE "
                    + (table ? "TABLE" : "STREAM")
                    + " X ("
                    + text
                    + ") WITH (KAFKA_TOPIC='x', VALUE_FORMAT='JSON');"),
            catalog::type);
    List<Column> key = new ArrayList<>();
    List<Column> value = new ArrayList<>();
    ((CreateSource) statement)
        .columns()
        .forEach(
            column ->
                (column.role() == ColumnRole.VALUE ? value : key)
                    .add(new Column(column.name(), column.type())));
    return new RowSchema(key, value);
  }

  private static void check(String what, String expected, String actual) {
    if (!expected.equalsIgnoreCase(actual)) {
      throw failed(what + ": " + expected + " expected, got " + actual);
    }
  }

  private static CaseFailure failed(String reason) {
    return new CaseFailure(CaseOutcome.failed("post: " + reason));
  }
}
