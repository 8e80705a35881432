// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.parser.SqlFormatter;
import io.lastfive.ksqlengine.serde.RowJson;
import io.lastfive.ksqlengine.types.Column;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The three ways in which rows of a query are written: lines, one JSON array, and the array of
 * objects that ksqlDB's Java client asks for. Each part is written as soon as it is there, so that
 * what was sent so far can be read.
 */
enum AnswerFormat {
  /** A line for the header, then a line a row. */
  DELIMITED("application/vnd.ksqlapi.delimited.v1") {
    @Override
    String header(Header header) {
      return Json.text(metadata(header)) + "\n";
    }

    @Override
    String row(Header header, @Nullable Object[] row) {
      return columns(header, row) + "\n";
    }

    @Override
    String error(ServerError error) {
      return Json.text(error.json()) + "\n";
    }

    @Override
    String end(Header header, @Nullable String message) {
      return "";
    }
  },

  /** Header and rows in one array. */
  JSON_ARRAY("application/json") {
    @Override
    String header(Header header) {
      return "[" + Json.text(metadata(header));
    }

    @Override
    String row(Header header, @Nullable Object[] row) {
      return "," + columns(header, row);
    }

    @Override
    String error(ServerError error) {
      return "," + Json.text(error.json());
    }

    @Override
    String end(Header header, @Nullable String message) {
      return "]";
    }
  },

  /**
   * An array of objects, one a line. Where another one must follow, as in every push query, the
   * line ends with the comma at once; a pull query may end at any row, so its commas come late.
   */
  OBJECTS("application/vnd.ksql.v1+json") {
    @Override
    String header(Header header) {
      ObjectNode json = Json.object();
      json.putObject("header").put("queryId", header.queryId()).put("schema", schema(header));
      return "[" + Json.text(json) + (header.push() ? ",\n" : "");
    }

    @Override
    String row(Header header, @Nullable Object[] row) {
      String json = rowObject(header, row, false);
      return header.push() ? json + ",\n" : ",\n" + json;
    }

    @Override
    String goneRow(Header header, @Nullable Object[] row) {
      return rowObject(header, row, true) + ",\n";
    }

    @Override
    String error(ServerError error) {
      ObjectNode json = Json.object();
      json.set("errorMessage", error.json());
      return Json.text(json);
    }

    @Override
    String end(Header header, @Nullable String message) {
      if (message == null) {
        return "]\n";
      }
      ObjectNode json = Json.object();
      json.put("finalMessage", message);
      return Json.text(json) + "]\n";
    }
  };

  /**
   * What comes before the rows.
   *
   * @param isKey a column, whether it is a key of the table a pull query reads
   * @param push whether rows keep coming; such an answer always ends with a message
   */
  record Header(String queryId, List<Column> columns, List<Boolean> isKey, boolean push) {
    Header {
      columns = List.copyOf(columns);
      isKey = List.copyOf(isKey);
    }
  }

  private final String contentType;

  AnswerFormat(String contentType) {
    this.contentType = contentType;
  }

  /**
   * The format an Accept header asks for.
   *
   * @throws ServerError where it is none of ours
   */
  static AnswerFormat of(@Nullable String accept, AnswerFormat otherwise) {
    if (accept == null || accept.isBlank() || accept.contains("*/*")) {
      return otherwise;
    }
    String lower = accept.toLowerCase(Locale.ROOT);
    for (AnswerFormat format : values()) {
      if (lower.contains(format.contentType)) {
        return format;
      }
    }
    throw ServerError.generic(
        ServerError.NOT_ACCEPTABLE,
        "Accept: "
            + accept
            + " is not answered here. Ask for one of "
            + DELIMITED.contentType
            + ", "
            + JSON_ARRAY.contentType
            + ", "
            + OBJECTS.contentType);
  }

  String contentType() {
    return contentType;
  }

  abstract String header(Header header);

  abstract String row(Header header, @Nullable Object[] row);

  /** A table's row that is no more; most formats have no way to say it, and are silent. */
  String goneRow(Header header, @Nullable Object[] row) {
    return "";
  }

  /** An error after the header was sent; {@link #end} without a message follows. */
  abstract String error(ServerError error);

  abstract String end(Header header, @Nullable String message);

  private static ObjectNode metadata(Header header) {
    ObjectNode json = Json.object();
    json.put("queryId", header.queryId());
    ArrayNode names = json.putArray("columnNames");
    ArrayNode types = json.putArray("columnTypes");
    for (Column column : header.columns()) {
      names.add(column.name());
      types.add(column.type().toSql(true));
    }
    return json;
  }

  static String schema(Header header) {
    return IntStream.range(0, header.columns().size())
        .mapToObj(
            i -> {
              Column column = header.columns().get(i);
              return SqlFormatter.quoted(column.name())
                  + " "
                  + column.type().toSql(true)
                  + (!header.push() && header.isKey().get(i) ? " KEY" : "");
            })
        .collect(Collectors.joining(", "));
  }

  /** {@code {"row":{"columns":[..],"tombstone":true}}} */
  static String rowObject(Header header, @Nullable Object[] row, boolean gone) {
    return "{\"row\":{\"columns\":"
        + columns(header, row)
        + (gone ? ",\"tombstone\":true}}" : "}}");
  }

  static String columns(Header header, @Nullable Object[] row) {
    return Json.text(out -> writeColumns(header, row, out));
  }

  private static void writeColumns(Header header, @Nullable Object[] row, JsonGenerator out)
      throws IOException {
    out.writeStartArray();
    for (int i = 0; i < row.length; i++) {
      RowJson.write(header.columns().get(i).type(), row[i], out);
    }
    out.writeEndArray();
  }
}
