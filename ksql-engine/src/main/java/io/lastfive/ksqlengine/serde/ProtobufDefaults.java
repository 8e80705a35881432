// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqlengine.types.SqlType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a null is read as once it was written in Protobuf, which has no other word for it. */
public final class ProtobufDefaults {
  private static final Map<SqlType, Object> SCALARS =
      Map.of(
          SqlType.BOOLEAN,
          false,
          SqlType.INTEGER,
          0,
          SqlType.BIGINT,
          0L,
          SqlType.DOUBLE,
          0.0,
          SqlType.STRING,
          "",
          SqlType.BYTES,
          ByteBuffer.allocate(0));

  private ProtobufDefaults() {}

  /** Whether records of the format lose their nulls. */
  public static boolean loseNulls(FormatSpec format) {
    return format.name().startsWith("PROTOBUF")
        && !format.properties().containsKey(FormatSpec.NULLABILITY);
  }

  /** The row as it comes back. */
  public static @Nullable Object[] fill(List<Column> columns, @Nullable Object[] row) {
    @Nullable Object[] filled = row.clone();
    for (int i = 0; i < filled.length; i++) {
      if (filled[i] == null) {
        filled[i] = of(columns.get(i).type());
      }
    }
    return filled;
  }

  /** Null where it is a message of its own, which may be absent. */
  private static @Nullable Object of(SqlType type) {
    if (type instanceof SqlType.Array) {
      return List.of();
    }
    return type instanceof SqlType.MapType ? Map.of() : SCALARS.get(type);
  }
}
