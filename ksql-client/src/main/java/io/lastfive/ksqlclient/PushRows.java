// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.settings.UnavailableError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The rows of a query as they come, deleted rows of tables included, with the types of their
 * columns. For one thread; {@link #close} may be called from another, and ends the wait for a row.
 */
public final class PushRows implements AutoCloseable {
  private final InputStream body;
  private final JsonParser parser;
  private final KsqlClient client;
  private final String queryId;
  private final List<SqlType.Field> columns;
  private final AtomicBoolean closed = new AtomicBoolean();
  private Optional<String> finalMessage = Optional.empty();

  /**
   * @param values one a column
   * @param tombstone whether the row is no more; only the key's values are told
   */
  public record Row(List<JsonNode> values, boolean tombstone) {
    public Row {
      values = List.copyOf(values);
    }
  }

  /** Waits for the header. */
  PushRows(ObjectMapper json, InputStream body, KsqlClient client) {
    this.body = body;
    this.client = client;
    try {
      // Object after object, as they arrive: a line may be whole only when the next one comes.
      this.parser = json.getFactory().createParser(body);
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("ksqlDB's answer is not the array that was asked for");
      }
      JsonNode header = object().orElseGet(json::createObjectNode).path("header");
      this.queryId = header.path("queryId").asText();
      this.columns = SqlType.columns(header.path("schema").asText());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  public List<SqlType.Field> columns() {
    return columns;
  }

  /**
   * Waits for the next row; empty at the end.
   *
   * @throws KsqlServerException where the server ends the query with an error
   * @throws UncheckedIOException where the connection breaks
   */
  public Optional<Row> next() {
    try {
      for (Optional<JsonNode> next = object(); next.isPresent(); next = object()) {
        JsonNode object = next.get();
        if (object.has("row")) {
          return Optional.of(row(object.get("row")));
        }
        if (object.has("errorMessage")) {
          JsonNode error = object.get("errorMessage");
          throw new KsqlServerException(
              error.path("error_code").asInt(), error.path("message").asText());
        }
        if (object.has("finalMessage")) {
          finalMessage = Optional.of(object.get("finalMessage").asText());
        }
        // Tokens of other features of ksqlDB: not rows.
      }
      return Optional.empty();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** What the server said at the end, such as {@code Limit Reached}. */
  public Optional<String> finalMessage() {
    return finalMessage;
  }

  /** Ends the query on the server too; one that is away has ended it already. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      if (!queryId.isEmpty() && !queryId.startsWith("query_")) {
        client.closeQuery(queryId);
      }
    } catch (UnavailableError away) {
      // Nothing is left to be ended.
    } finally {
      closeBody();
    }
  }

  private void closeBody() {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(JsonNode row) {
    List<JsonNode> values = new ArrayList<>();
    row.path("columns").forEach(values::add);
    return new Row(values, row.path("tombstone").asBoolean());
  }

  private Optional<JsonNode> object() throws IOException {
    return parser.nextToken() == JsonToken.START_OBJECT
        ? Optional.of(parser.readValueAsTree())
        : Optional.empty();
  }
}
