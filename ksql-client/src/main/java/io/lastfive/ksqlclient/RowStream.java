// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The answer to a query, row by row: a pull query's ends by itself, a push query's when it is
 * closed or the server ends it. For one thread; {@link #close} may be called from another, and the
 * row being waited for is then the end.
 */
public final class RowStream implements AutoCloseable {

  /**
   * @param type as ksqlDB writes it: {@code DECIMAL(19, 4)}
   */
  public record Column(String name, String type) {}

  private final ObjectMapper json;
  private final Stream<String> lines;
  private final Iterator<String> iterator;
  private final Runnable onClose;
  private final String queryId;
  private final List<Column> columns;

  RowStream(ObjectMapper json, Stream<String> lines, KsqlClient client) {
    this.json = json;
    this.lines = lines;
    this.iterator = lines.iterator();
    JsonNode header = parse(iterator.hasNext() ? iterator.next() : "{}");
    this.queryId = header.path("queryId").asText("");
    List<Column> named = new ArrayList<>();
    for (int i = 0; i < header.path("columnNames").size(); i++) {
      named.add(
          new Column(
              header.path("columnNames").get(i).asText(),
              header.path("columnTypes").get(i).asText()));
    }
    this.columns = List.copyOf(named);
    this.onClose = () -> client.closeQuery(queryId);
  }

  public List<Column> columns() {
    return columns;
  }

  /**
   * Waits for the next row; empty at the end.
   *
   * @throws KsqlServerException where the server ends the query with an error
   * @throws UncheckedIOException where the connection breaks
   */
  public Optional<List<JsonNode>> next() {
    while (iterator.hasNext()) {
      String line = iterator.next();
      if (line.isBlank()) {
        continue;
      }
      JsonNode row = parse(line);
      if (row.isArray()) {
        List<JsonNode> values = new ArrayList<>();
        row.forEach(values::add);
        return Optional.of(values);
      }
      if (row.has("error_code")) {
        throw new KsqlServerException(row.path("error_code").asInt(), row.path("message").asText());
      }
      // Tokens of other features of ksqlDB: not rows.
    }
    return Optional.empty();
  }

  /** Ends the query on the server too. */
  @Override
  public void close() {
    if (queryId.startsWith("transient_")) {
      onClose.run();
    }
    lines.close();
  }

  private JsonNode parse(String line) {
    try {
      return json.readTree(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("ksqlDB answered a row that is not JSON", e);
    }
  }
}
