// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever row is written comes back the same, in every format that can hold it. */
class FormatRoundTripPropertyTest {
  private static final int ROUNDS = 150;
  private static final String LETTERS = "abc,\"' \n\r\t;|#Ωλ日本𝄞\0{}[]:\\";

  @ParameterizedTest
  @ValueSource(strings = {"AVRO", "JSON", "JSON_SR"})
  void rowsOfAnyTypeComeBack(String format) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      List<Column> columns = columns(random, 3);
      @Nullable Object[] row = row(columns, random);
      Serde<@Nullable Object[]> serde =
          Formats.of(format)
              .serde(columns, FormatSpec.of(format), false, "t", new InMemorySchemaStore());

      Object[] back = throughBytes(serde, row);

      assertThat(back).as("seed %d, columns %s", seed, columns).isEqualTo(row);
    }
  }

  @Test
  void flatRowsComeBackFromDelimitedText() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      List<Column> columns = columns(random, 0);
      @Nullable Object[] row = row(columns, random);
      for (int i = 0; i < row.length; i++) {
        // an empty field is null: DELIMITED has no empty text
        row[i] = "".equals(row[i]) || isEmptyBuffer(row[i]) ? null : row[i];
      }
      Serde<@Nullable Object[]> serde =
          Formats.of("DELIMITED")
              .serde(columns, FormatSpec.of("DELIMITED"), false, "t", new InMemorySchemaStore());

      Object[] back = throughBytes(serde, row);

      assertThat(back).as("seed %d, columns %s", seed, columns).isEqualTo(row);
    }
  }

  @Test
  void rowsOfAnyTypeComeBackFromTheInternalForm() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      List<Column> columns = columns(random, 3);
      @Nullable Object[] row = row(columns, random);

      Object[] back = throughBytes(InternalRowSerde.ofColumns(columns), row);

      assertThat(back).as("seed %d, columns %s", seed, columns).isEqualTo(row);
    }
  }

  private static boolean isEmptyBuffer(@Nullable Object value) {
    return value instanceof ByteBuffer buffer && !buffer.hasRemaining();
  }

  private static Object[] throughBytes(Serde<@Nullable Object[]> serde, @Nullable Object[] row) {
    return serde.deserializer().deserialize("t", serde.serializer().serialize("t", row));
  }

  private static List<Column> columns(Random random, int depth) {
    List<Column> columns = new ArrayList<>();
    int count = 2 + random.nextInt(10);
    for (int i = 0; i < count; i++) {
      columns.add(new Column("C" + i, type(random, depth)));
    }
    return columns;
  }

  private static SqlType type(Random random, int depth) {
    switch (random.nextInt(depth > 0 ? 13 : 10)) {
      case 9 -> {
        int precision = 1 + random.nextInt(38);
        return SqlType.decimal(precision, random.nextInt(precision + 1));
      }
      case 10 -> {
        return SqlType.array(type(random, depth - 1));
      }
      case 11 -> {
        return SqlType.map(SqlType.STRING, type(random, depth - 1));
      }
      case 12 -> {
        return SqlType.struct(
            List.of(
                new SqlType.Field("F1", type(random, depth - 1)),
                new SqlType.Field("F2", type(random, depth - 1))));
      }
      default -> {
        return SqlType.Primitive.values()[random.nextInt(SqlType.Primitive.values().length)];
      }
    }
  }

  private static @Nullable Object[] row(List<Column> columns, Random random) {
    return columns.stream().map(column -> value(column.type(), random)).toArray();
  }

  private static @Nullable Object value(SqlType type, Random random) {
    if (random.nextInt(6) == 0) {
      return null;
    }
    if (type instanceof SqlType.Decimal decimal) {
      BigInteger bound = BigInteger.TEN.pow(decimal.precision());
      BigInteger unscaled = new BigInteger(bound.bitLength() + 8, random).mod(bound);
      return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), decimal.scale());
    }
    if (type instanceof SqlType.Array array) {
      List<@Nullable Object> list = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        list.add(value(array.item(), random));
      }
      return list;
    }
    if (type instanceof SqlType.MapType map) {
      Map<String, @Nullable Object> entries = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        entries.put(text(random), value(map.value(), random));
      }
      return entries;
    }
    if (type instanceof SqlType.Struct struct) {
      return new StructValue(
          struct.fields().stream().map(field -> value(field.type(), random)).toArray());
    }
    return primitive((SqlType.Primitive) type, random);
  }

  private static Object primitive(SqlType.Primitive type, Random random) {
    switch (type) {
      case BOOLEAN -> {
        return random.nextBoolean();
      }
      case INTEGER -> {
        return random.nextInt() >> random.nextInt(32);
      }
      case BIGINT -> {
        return random.nextLong() >> random.nextInt(64);
      }
      case DOUBLE -> {
        return random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      }
      case STRING -> {
        return text(random);
      }
      case BYTES -> {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
      }
      case DATE -> {
        return LocalDate.ofEpochDay(random.nextInt(100_000) - 20_000);
      }
      case TIME -> {
        return LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L);
      }
      case TIMESTAMP -> {
        return Instant.ofEpochMilli(random.nextLong() >> 20);
      }
    }
    throw new IllegalArgumentException("no value of " + type);
  }

  private static String text(Random random) {
    int[] letters = LETTERS.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }
}
