// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON value as the Java value of a column's type, straight from the parser. Compiled
 * once a column; safe for several threads.
 *
 * <p>Numbers and the text of numbers are taken for numeric types, anything at all for STRING (an
 * object as its JSON text), and names of fields in any case where none is written exactly so. Dates
 * and times are numbers: days, milliseconds of the day, milliseconds since 1970.
 */
@FunctionalInterface
interface JsonValueReader {

  /** The parser stands on the value's first token, and stands on its last one afterwards. */
  @Nullable Object read(JsonParser parser) throws IOException;

  static JsonValueReader of(SqlType type, String path) {
    if (type instanceof SqlType.Array array) {
      return arrayReader(array, path);
    }
    if (type instanceof SqlType.MapType map) {
      return mapReader(map, path);
    }
    if (type instanceof SqlType.Struct struct) {
      FieldsReader fields = FieldsReader.of(struct.fields(), path);
      return parser -> {
        @Nullable Object[] values = fields.read(parser);
        return values == null ? null : new StructValue(values);
      };
    }
    return new ScalarReader(type, path);
  }

  private static JsonValueReader arrayReader(SqlType.Array type, String path) {
    JsonValueReader item = of(type.item(), path + "[*]");
    return parser -> {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      if (parser.currentToken() != JsonToken.START_ARRAY) {
        throw cannotConvert(parser, type, path);
      }
      List<@Nullable Object> list = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add(item.read(parser));
      }
      return list;
    };
  }

  private static JsonValueReader mapReader(SqlType.MapType type, String path) {
    JsonValueReader value = of(type.value(), path + ".*");
    return parser -> {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw cannotConvert(parser, type, path);
      }
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        parser.nextToken();
        map.put(key, value.read(parser));
      }
      return map;
    };
  }

  static UnreadableRecordException cannotConvert(JsonParser parser, SqlType type, String path) {
    return new UnreadableRecordException(
        "Can't convert type. sourceType: "
            + kind(parser.currentToken())
            + ", requiredType: "
            + type.toSql(true)
            + ", path: "
            + path);
  }

  private static String kind(JsonToken token) {
    if (token.isNumeric()) {
      return "number";
    }
    if (token.isBoolean()) {
      return "boolean";
    }
    if (token == JsonToken.VALUE_STRING) {
      return "string";
    }
    return token == JsonToken.START_ARRAY ? "array" : "object";
  }

  /** The fields of an object into an array in the order of the columns or struct fields. */
  final class FieldsReader {
    private final JsonValueReader[] readers;
    private final Map<String, Integer> exact = new HashMap<>();
    private final Map<String, Integer> upperCase = new HashMap<>();
    private final SqlType type;
    private final String path;

    private FieldsReader(List<SqlType.Field> fields, String path) {
      this.type = SqlType.struct(fields);
      this.path = path;
      this.readers = new JsonValueReader[fields.size()];
      for (int i = 0; i < readers.length; i++) {
        String name = fields.get(i).name();
        readers[i] = JsonValueReader.of(fields.get(i).type(), path + "." + name);
        exact.put(name, i);
        upperCase.putIfAbsent(name.toUpperCase(Locale.ROOT), i);
      }
    }

    static FieldsReader of(List<SqlType.Field> fields, String path) {
      return new FieldsReader(fields, path);
    }

    @Nullable Object @Nullable [] read(JsonParser parser) throws IOException {
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        return null;
      }
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        throw cannotConvert(parser, type, path);
      }
      @Nullable Object[] values = new Object[readers.length];
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        Integer index = exact.get(name);
        if (index == null) {
          index = upperCase.get(name.toUpperCase(Locale.ROOT));
          if (index == null || values[index] != null) {
            parser.skipChildren();
            continue;
          }
        }
        values[index] = readers[index].read(parser);
      }
      return values;
    }
  }

  /** Everything that is neither ARRAY, MAP nor STRUCT. */
  record ScalarReader(SqlType type, String path) implements JsonValueReader {
    private static final JsonFactory TEXTS = new JsonFactory();

    @Override
    public @Nullable Object read(JsonParser parser) throws IOException {
      JsonToken token = parser.currentToken();
      if (token == JsonToken.VALUE_NULL) {
        return null;
      }
      if (type == SqlType.STRING) {
        return text(parser, token);
      }
      if (type == SqlType.BOOLEAN) {
        if (!token.isBoolean()) {
          throw cannotConvert(parser, type, path);
        }
        return parser.getBooleanValue();
      }
      if (token != JsonToken.VALUE_STRING && !token.isNumeric()) {
        throw cannotConvert(parser, type, path);
      }
      try {
        if (type instanceof SqlType.Decimal decimal) {
          return Decimals.fit(decimal(parser, token), decimal);
        }
        return scalar((SqlType.Primitive) type, parser, token);
      } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
        // the cause would quote the value
        throw cannotConvert(parser, type, path);
      }
    }

    private static Object scalar(SqlType.Primitive type, JsonParser parser, JsonToken token)
        throws IOException {
      switch (type) {
        case INTEGER -> {
          return Math.toIntExact(integer(parser, token));
        }
        case BIGINT -> {
          return integer(parser, token);
        }
        case DOUBLE -> {
          return token == JsonToken.VALUE_STRING
              ? Double.parseDouble(parser.getText())
              : parser.getDoubleValue();
        }
        case BYTES -> {
          if (token != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("bytes are base64 text");
          }
          return ByteBuffer.wrap(Base64.getDecoder().decode(parser.getText()));
        }
        case DATE -> {
          return LocalDate.ofEpochDay(integer(parser, token));
        }
        case TIME -> {
          return Times.ofMillisOfDay(integer(parser, token));
        }
        case TIMESTAMP -> {
          return Instant.ofEpochMilli(integer(parser, token));
        }
        case BOOLEAN, STRING -> {}
      }
      throw new IllegalStateException("read before: " + type);
    }

    private static long integer(JsonParser parser, JsonToken token) throws IOException {
      if (token == JsonToken.VALUE_NUMBER_INT
          && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
        return parser.getLongValue();
      }
      if (token == JsonToken.VALUE_STRING) {
        return Long.parseLong(parser.getText());
      }
      return decimal(parser, token).toBigInteger().longValueExact();
    }

    private static BigDecimal decimal(JsonParser parser, JsonToken token) throws IOException {
      return token == JsonToken.VALUE_STRING
          ? new BigDecimal(parser.getText())
          : parser.getDecimalValue();
    }

    private static String text(JsonParser parser, JsonToken token) throws IOException {
      if (token.isScalarValue()) {
        return parser.getText();
      }
      StringWriter text = new StringWriter();
      try (JsonGenerator out = TEXTS.createGenerator(text)) {
        copy(parser, out);
      }
      return text.toString();
    }

    /** Numbers keep the digits they have: the generator's own copy goes through double. */
    private static void copy(JsonParser parser, JsonGenerator out) throws IOException {
      JsonToken token = parser.currentToken();
      int depth = 0;
      while (true) {
        if (token.isNumeric()) {
          out.writeNumber(parser.getText());
        } else {
          out.copyCurrentEvent(parser);
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 0) {
          return;
        }
        token = parser.nextToken();
      }
    }
  }
}
