// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as JSON text: an object of the columns, or the bare value of the only one. Text after the
 * value is not looked at. Safe for several threads.
 */
final class JsonRows {
  /** Keys of maps are data: neither are they worth interning, nor are many alike an attack. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .build();

  private JsonRows() {}

  /** Reads what stands in the bytes from an offset on. */
  interface Reader {
    @Nullable Object @Nullable [] read(byte[] bytes, int offset);
  }

  /** Writes a row behind a prefix, which may be empty. */
  interface Writer {
    byte @Nullable [] write(byte[] prefix, @Nullable Object[] row);
  }

  static Reader reader(List<Column> columns, boolean unwrapped) {
    if (unwrapped) {
      JsonValueReader value = JsonValueReader.of(columns.get(0).type(), "$");
      return (bytes, offset) -> {
        try (JsonParser parser = open(bytes, offset)) {
          Object single = value.read(parser);
          return single == null ? null : new Object[] {single};
        } catch (IOException e) {
          throw malformed(e);
        }
      };
    }
    JsonValueReader.FieldsReader fields =
        JsonValueReader.FieldsReader.of(
            columns.stream().map(c -> new SqlType.Field(c.name(), c.type())).toList(), "$");
    return (bytes, offset) -> {
      try (JsonParser parser = open(bytes, offset)) {
        return fields.read(parser);
      } catch (IOException e) {
        throw malformed(e);
      }
    };
  }

  static Writer writer(List<Column> columns, boolean unwrapped) {
    if (unwrapped) {
      JsonValueWriter single = JsonValueWriter.of(columns.get(0).type());
      return (prefix, row) -> {
        Object value = row[0];
        return value == null ? null : write(prefix, out -> single.writeValue(value, out));
      };
    }
    String[] names = columns.stream().map(Column::name).toArray(String[]::new);
    JsonValueWriter[] writers =
        columns.stream().map(c -> JsonValueWriter.of(c.type())).toArray(JsonValueWriter[]::new);
    return (prefix, row) ->
        write(
            prefix,
            out -> {
              out.writeStartObject();
              for (int i = 0; i < names.length; i++) {
                out.writeFieldName(names[i]);
                writers[i].write(row[i], out);
              }
              out.writeEndObject();
            });
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(JsonGenerator out) throws IOException;
  }

  private static byte[] write(byte[] prefix, Content content) {
    ByteArrayBuilder bytes = new ByteArrayBuilder();
    try {
      bytes.write(prefix);
      try (JsonGenerator out = JSON.createGenerator(bytes)) {
        content.writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static JsonParser open(byte[] bytes, int offset) throws IOException {
    JsonParser parser = JSON.createParser(bytes, offset, bytes.length - offset);
    if (parser.nextToken() == null) {
      throw new UnreadableRecordException("the record is empty: not JSON");
    }
    return parser;
  }

  /** Jackson's own message may quote the record. */
  private static UnreadableRecordException malformed(IOException e) {
    String place = "";
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      place = " at byte " + json.getLocation().getByteOffset();
    }
    return new UnreadableRecordException("the record is not JSON" + place);
  }
}
