// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.types;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A type of ksqlDB's language, and the Java class that carries its values in a row. SQL NULL is
 * Java null for every type.
 *
 * <table>
 *   <caption>Values</caption>
 *   <tr><td>BOOLEAN</td><td>Boolean</td></tr>
 *   <tr><td>INTEGER</td><td>Integer</td></tr>
 *   <tr><td>BIGINT</td><td>Long</td></tr>
 *   <tr><td>DOUBLE</td><td>Double</td></tr>
 *   <tr><td>DECIMAL(p, s)</td><td>java.math.BigDecimal of exactly scale s</td></tr>
 *   <tr><td>STRING</td><td>String</td></tr>
 *   <tr><td>BYTES</td><td>java.nio.ByteBuffer, read only by absolute or duplicated position</td></tr>
 *   <tr><td>DATE</td><td>java.time.LocalDate</td></tr>
 *   <tr><td>TIME</td><td>java.time.LocalTime, milliseconds</td></tr>
 *   <tr><td>TIMESTAMP</td><td>java.time.Instant, milliseconds</td></tr>
 *   <tr><td>ARRAY</td><td>java.util.List, never changed once in a row</td></tr>
 *   <tr><td>MAP</td><td>java.util.Map, never changed once in a row</td></tr>
 *   <tr><td>STRUCT</td><td>{@link StructValue}, values in the order of the fields</td></tr>
 * </table>
 */
public sealed interface SqlType {

  SqlType BOOLEAN = Primitive.BOOLEAN;
  SqlType INTEGER = Primitive.INTEGER;
  SqlType BIGINT = Primitive.BIGINT;
  SqlType DOUBLE = Primitive.DOUBLE;
  SqlType STRING = Primitive.STRING;
  SqlType BYTES = Primitive.BYTES;
  SqlType DATE = Primitive.DATE;
  SqlType TIME = Primitive.TIME;
  SqlType TIMESTAMP = Primitive.TIMESTAMP;

  /** The name without parameters, as in error messages: {@code DECIMAL}, {@code STRUCT}. */
  String baseName();

  /**
   * The type as SQL. Field names of structs are quoted with backticks where {@code quoteNames}, as
   * ksqlDB does in schemas ({@code STRUCT<`A` INTEGER>}), and left bare otherwise.
   */
  String toSql(boolean quoteNames);

  // No default method: with one, this interface and Primitive would wait for each other when two
  // threads are the first to use them.
  boolean isNumeric();

  static Decimal decimal(int precision, int scale) {
    return new Decimal(precision, scale);
  }

  static Array array(SqlType item) {
    return new Array(item);
  }

  static MapType map(SqlType key, SqlType value) {
    return new MapType(key, value);
  }

  static Struct struct(List<Field> fields) {
    return new Struct(fields);
  }

  /** The types without parameters. */
  enum Primitive implements SqlType {
    BOOLEAN,
    INTEGER,
    BIGINT,
    DOUBLE,
    STRING,
    BYTES,
    DATE,
    TIME,
    TIMESTAMP;

    @Override
    public boolean isNumeric() {
      return this == INTEGER || this == BIGINT || this == DOUBLE;
    }

    @Override
    public String baseName() {
      return name();
    }

    @Override
    public String toSql(boolean quoteNames) {
      return name();
    }
  }

  /**
   * DECIMAL(precision, scale). An impossible precision or scale is an {@link
   * IllegalArgumentException} with ksqlDB's words.
   */
  record Decimal(int precision, int scale) implements SqlType {
    public Decimal {
      if (precision < 1) {
        throw new IllegalArgumentException(
            "DECIMAL precision must be >= 1: DECIMAL(" + precision + "," + scale + ")");
      }
      if (scale < 0) {
        throw new IllegalArgumentException(
            "DECIMAL scale must be >= 0: DECIMAL(" + precision + "," + scale + ")");
      }
      if (precision < scale) {
        throw new IllegalArgumentException(
            "DECIMAL precision must be >= scale: DECIMAL(" + precision + "," + scale + ")");
      }
    }

    @Override
    public boolean isNumeric() {
      return true;
    }

    @Override
    public String baseName() {
      return "DECIMAL";
    }

    @Override
    public String toSql(boolean quoteNames) {
      return "DECIMAL(" + precision + ", " + scale + ")";
    }

    @Override
    public String toString() {
      return toSql(true);
    }
  }

  /** ARRAY of one item type. */
  record Array(SqlType item) implements SqlType {
    @Override
    public boolean isNumeric() {
      return false;
    }

    @Override
    public String baseName() {
      return "ARRAY";
    }

    @Override
    public String toSql(boolean quoteNames) {
      return "ARRAY<" + item.toSql(quoteNames) + ">";
    }

    @Override
    public String toString() {
      return toSql(true);
    }
  }

  /** MAP of one key type and one value type. */
  record MapType(SqlType key, SqlType value) implements SqlType {
    @Override
    public boolean isNumeric() {
      return false;
    }

    @Override
    public String baseName() {
      return "MAP";
    }

    @Override
    public String toSql(boolean quoteNames) {
      return "MAP<" + key.toSql(quoteNames) + ", " + value.toSql(quoteNames) + ">";
    }

    @Override
    public String toString() {
      return toSql(true);
    }
  }

  /** STRUCT of named fields, in order. */
  record Struct(List<Field> fields) implements SqlType {
    public Struct {
      fields = List.copyOf(fields);
    }

    /** Which field's name stands twice, in ksqlDB's words; empty: none. */
    public static Optional<String> duplicate(List<Field> fields) {
      Map<String, Field> seen = new HashMap<>();
      for (Field field : fields) {
        Field first = seen.put(field.name(), field);
        if (first != null) {
          return Optional.of(
              "Duplicate field names found in STRUCT: '" + first + "' and '" + field + "'");
        }
      }
      return Optional.empty();
    }

    /** The position of a field by its exact name, or -1. */
    public int indexOf(String name) {
      for (int i = 0; i < fields.size(); i++) {
        if (fields.get(i).name().equals(name)) {
          return i;
        }
      }
      return -1;
    }

    public Optional<Field> field(String name) {
      int index = indexOf(name);
      return index < 0 ? Optional.empty() : Optional.of(fields.get(index));
    }

    @Override
    public boolean isNumeric() {
      return false;
    }

    @Override
    public String baseName() {
      return "STRUCT";
    }

    @Override
    public String toSql(boolean quoteNames) {
      return fields.stream()
          .map(
              f ->
                  (quoteNames ? "`" + f.name() + "`" : f.name()) + " " + f.type().toSql(quoteNames))
          .collect(Collectors.joining(", ", "STRUCT<", ">"));
    }

    @Override
    public String toString() {
      return toSql(true);
    }
  }

  /** A field of a STRUCT; its name is as stored, upper-cased unless it was quoted. */
  record Field(String name, SqlType type) {
    @Override
    public String toString() {
      return "`" + name + "` " + type.toSql(true);
    }
  }
}
