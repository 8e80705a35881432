// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Array;
import io.lastfive.ksqlengine.types.SqlType.Decimal;
import io.lastfive.ksqlengine.types.SqlType.MapType;
import io.lastfive.ksqlengine.types.SqlType.Primitive;
import io.lastfive.ksqlengine.types.SqlType.Struct;
import io.lastfive.ksqlengine.types.StructValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Conversions of values between types: CAST, and the ones made without asking. */
public final class Casts {

  /** Converts one value that is not null; throws where this value cannot be converted. */
  @FunctionalInterface
  public interface Conversion {
    @Nullable Object apply(Object value);

    default @Nullable Object applyOrNull(@Nullable Object value) {
      return value == null ? null : apply(value);
    }
  }

  private static final Conversion SAME = value -> value;

  private Casts() {}

  /**
   * What CAST(value AS to) does.
   *
   * @throws KsqlException where no value of the one type can become the other
   */
  public static Conversion explicit(SqlType from, SqlType to) {
    return find(from, to, true)
        .orElseThrow(
            () ->
                new KsqlException(
                    "Cast of " + from.toSql(true) + " to " + to.toSql(true) + " is not supported"));
  }

  /** What happens where a value of one type stands where another is wanted; empty: it may not. */
  public static Optional<Conversion> implicit(SqlType from, SqlType to) {
    return find(from, to, false);
  }

  private static Optional<Conversion> find(SqlType from, SqlType to, boolean explicit) {
    if (from.equals(to)) {
      return Optional.of(SAME);
    }
    if (from instanceof Array fromArray && to instanceof Array toArray) {
      return find(fromArray.item(), toArray.item(), explicit).map(Casts::items);
    }
    if (from instanceof MapType fromMap && to instanceof MapType toMap) {
      Optional<Conversion> keys = find(fromMap.key(), toMap.key(), explicit);
      Optional<Conversion> values = find(fromMap.value(), toMap.value(), explicit);
      return keys.flatMap(k -> values.map(v -> entries(k, v)));
    }
    if (from instanceof Struct fromStruct && to instanceof Struct toStruct) {
      return fields(fromStruct, toStruct, explicit);
    }
    if (to == SqlType.STRING && explicit && from != SqlType.BYTES) {
      return Optional.of(value -> text(value, from));
    }
    if (from.isNumeric() && to.isNumeric()) {
      return explicit || widens(from, to) ? Optional.of(toNumber(to)) : Optional.empty();
    }
    if (from == SqlType.STRING) {
      return explicit ? fromText(to) : Optional.empty();
    }
    return explicit || from == SqlType.DATE && to == SqlType.TIMESTAMP
        ? temporal(from, to)
        : Optional.empty();
  }

  private static boolean widens(SqlType from, SqlType to) {
    if (to == SqlType.DOUBLE) {
      return true;
    }
    if (to instanceof Decimal wide) {
      if (from == SqlType.DOUBLE) {
        return false;
      }
      Decimal narrow = Decimals.of(from);
      return wide.scale() >= narrow.scale()
          && wide.precision() - wide.scale() >= narrow.precision() - narrow.scale();
    }
    return from == SqlType.INTEGER && to == SqlType.BIGINT;
  }

  private static Conversion items(Conversion item) {
    return value -> {
      List<?> list = (List<?>) value;
      List<@Nullable Object> converted = new ArrayList<>(list.size());
      for (Object element : list) {
        converted.add(item.applyOrNull(element));
      }
      return converted;
    };
  }

  private static Conversion entries(Conversion key, Conversion value) {
    return map -> {
      Map<@Nullable Object, @Nullable Object> converted = new LinkedHashMap<>();
      ((Map<?, ?>) map).forEach((k, v) -> converted.put(key.applyOrNull(k), value.applyOrNull(v)));
      return converted;
    };
  }

  /** Fields go by name; one that the other has not is dropped, one that it lacks is null. */
  private static Optional<Conversion> fields(Struct from, Struct to, boolean explicit) {
    int[] sources = new int[to.fields().size()];
    Conversion[] conversions = new Conversion[sources.length];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = from.indexOf(to.fields().get(i).name());
      conversions[i] = SAME;
      if (sources[i] >= 0) {
        Optional<Conversion> conversion =
            find(from.fields().get(sources[i]).type(), to.fields().get(i).type(), explicit);
        if (conversion.isEmpty()) {
          return Optional.empty();
        }
        conversions[i] = conversion.get();
      }
    }
    return Optional.of(
        value -> {
          StructValue struct = (StructValue) value;
          @Nullable Object[] values = new Object[sources.length];
          for (int i = 0; i < sources.length; i++) {
            values[i] = sources[i] < 0 ? null : conversions[i].applyOrNull(struct.get(sources[i]));
          }
          return new StructValue(values);
        });
  }

  private static Conversion toNumber(SqlType to) {
    if (to instanceof Decimal decimal) {
      return value -> Decimals.fit(exact(value), decimal);
    }
    return switch ((Primitive) to) {
      case INTEGER -> value -> ((Number) value).intValue();
      case BIGINT -> value -> ((Number) value).longValue();
      case DOUBLE -> value -> ((Number) value).doubleValue();
      case BOOLEAN, STRING, BYTES, DATE, TIME, TIMESTAMP ->
          throw new IllegalStateException(to + " is not numeric");
    };
  }

  /** Any number without loss; a double as the digits it prints. */
  static BigDecimal exact(Object number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    }
    return number instanceof Double d
        ? BigDecimal.valueOf(d)
        : BigDecimal.valueOf(((Number) number).longValue());
  }

  private static Optional<Conversion> fromText(SqlType to) {
    if (to instanceof Decimal decimal) {
      return Optional.of(value -> Decimals.fit(new BigDecimal(((String) value).trim()), decimal));
    }
    if (!(to instanceof Primitive primitive)) {
      return Optional.empty();
    }
    return switch (primitive) {
      case BOOLEAN -> Optional.of(value -> isTrue((String) value));
      case INTEGER -> Optional.of(value -> Integer.valueOf(((String) value).trim()));
      case BIGINT -> Optional.of(value -> Long.valueOf(((String) value).trim()));
      case DOUBLE -> Optional.of(value -> Double.valueOf(((String) value).trim()));
      case DATE -> Optional.of(value -> TemporalText.date((String) value));
      case TIME -> Optional.of(value -> TemporalText.time((String) value));
      case TIMESTAMP -> Optional.of(value -> TemporalText.timestamp((String) value));
      case STRING -> Optional.of(SAME);
      case BYTES -> Optional.empty();
    };
  }

  /** As PostgreSQL reads booleans: true, yes, or a beginning of them, whatever the case. */
  private static boolean isTrue(String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    return !lower.isEmpty() && ("true".startsWith(lower) || "yes".startsWith(lower));
  }

  private static Optional<Conversion> temporal(SqlType from, SqlType to) {
    if (from == SqlType.TIMESTAMP && to == SqlType.DATE) {
      return Optional.of(value -> ((Instant) value).atOffset(ZoneOffset.UTC).toLocalDate());
    }
    if (from == SqlType.TIMESTAMP && to == SqlType.TIME) {
      return Optional.of(value -> ((Instant) value).atOffset(ZoneOffset.UTC).toLocalTime());
    }
    if (from == SqlType.DATE && to == SqlType.TIMESTAMP) {
      return Optional.of(value -> ((LocalDate) value).atStartOfDay(ZoneOffset.UTC).toInstant());
    }
    return Optional.empty();
  }

  /** The value as CAST(... AS STRING) writes it. */
  static String text(@Nullable Object value, SqlType type) {
    if (value == null) {
      return "null";
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.setScale(((Decimal) type).scale(), RoundingMode.UNNECESSARY).toPlainString();
    }
    if (value instanceof Instant timestamp) {
      return TemporalText.format(timestamp);
    }
    if (value instanceof LocalTime time) {
      return time.toString();
    }
    if (type instanceof Array array) {
      List<String> items = new ArrayList<>();
      ((List<?>) value).forEach(item -> items.add(text(item, array.item())));
      return items.toString();
    }
    if (type instanceof MapType map) {
      Map<String, String> entries = new LinkedHashMap<>();
      ((Map<?, ?>) value).forEach((k, v) -> entries.put(text(k, map.key()), text(v, map.value())));
      return entries.toString();
    }
    if (type instanceof Struct struct) {
      StringBuilder out = new StringBuilder("Struct{");
      StructValue fields = (StructValue) value;
      for (int i = 0; i < struct.fields().size(); i++) {
        if (fields.get(i) != null) {
          out.append(out.length() > "Struct{".length() ? "," : "")
              .append(struct.fields().get(i).name())
              .append('=')
              .append(text(fields.get(i), struct.fields().get(i).type()));
        }
      }
      return out.append('}').toString();
    }
    return value.toString();
  }
}
