// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertValues;
import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.serde.RowJson;
import io.lastfive.ksqlengine.serde.UnreadableRecordException;
import io.lastfive.ksqlengine.types.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one request to /inserts-stream: each is written as it comes, and acknowledged once
 * Kafka has it. For one thread.
 */
final class InsertsStream {
  private final KsqlEngine engine;
  private final DataSource target;
  private long sequence;

  /**
   * @param firstLine {@code {"target":"CUSTOMER"}}
   * @throws ServerError where there is no such target
   */
  InsertsStream(KsqlEngine engine, String firstLine) {
    this.engine = engine;
    String written = Json.parse(firstLine).path("target").asText("");
    String name = KsqlParser.parseIdentifier(written);
    this.target =
        engine
            .catalog()
            .source(name)
            .orElseThrow(
                () ->
                    ServerError.generic(
                        ServerError.BAD_STATEMENT,
                        "Cannot insert values into an unknown stream/table: `" + name + "`"));
  }

  /** What came of one row; after an error no more are taken. */
  record Acknowledgment(ObjectNode json, boolean ok) {}

  Acknowledgment insert(String line) {
    long seq = sequence++;
    try {
      engine.insert(row(Json.parse(line)));
      return new Acknowledgment(Json.object().put("status", "ok").put("seq", seq), true);
    } catch (ServerError e) {
      return error(seq, e.code(), e);
    } catch (KsqlException | UnreadableRecordException e) {
      return error(seq, ServerError.BAD_REQUEST, e);
    }
  }

  private static Acknowledgment error(long seq, int code, RuntimeException e) {
    return new Acknowledgment(
        Json.object()
            .put("@type", "InsertError")
            .put("status", "error")
            .put("seq", seq)
            .put("message", e.getMessage())
            .put("error_code", code),
        false);
  }

  private AnalysedInsertValues row(JsonNode json) {
    Map<String, JsonNode> fields = new HashMap<>();
    json.properties()
        .forEach(field -> fields.put(field.getKey().toUpperCase(Locale.ROOT), field.getValue()));
    List<Column> keyColumns = target.schema().key();
    for (Column column : keyColumns) {
      if (!fields.containsKey(column.name().toUpperCase(Locale.ROOT))
          && (target.kind() == SourceKind.TABLE || keyColumns.size() == 1)) {
        throw new KsqlException("Key field must be specified: " + column.name());
      }
    }
    @Nullable Object[] key = take(keyColumns, fields);
    @Nullable Object[] value = take(target.schema().value(), fields);
    if (!fields.isEmpty()) {
      throw new KsqlException(
          "Failed to insert values into '"
              + target.name()
              + "'. Column name `"
              + fields.keySet().iterator().next()
              + "` does not exist.");
    }
    return new AnalysedInsertValues(target, key, value, OptionalLong.empty());
  }

  private static @Nullable Object[] take(List<Column> columns, Map<String, JsonNode> fields) {
    @Nullable Object[] values = new @Nullable Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      Column column = columns.get(i);
      JsonNode field = fields.remove(column.name().toUpperCase(Locale.ROOT));
      values[i] = field == null || field.isNull() ? null : RowJson.parse(column.type(), field);
    }
    return values;
  }
}
