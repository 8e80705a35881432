// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.functions.FunctionCatalog.AggregateBody;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.StructValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What most aggregates share: the aggregate is the result, nothing is taken back. No aggregate is
 * changed once returned, except lists that only grow.
 */
abstract class Aggregation implements AggregateBody {
  private final SqlType aggregateType;

  Aggregation(SqlType aggregateType) {
    this.aggregateType = aggregateType;
  }

  @Override
  public final SqlType aggregateType() {
    return aggregateType;
  }

  @Override
  public @Nullable Object result(@Nullable Object aggregate) {
    return aggregate;
  }

  @Override
  public boolean supportsUndo() {
    return false;
  }

  @Override
  public @Nullable Object undo(@Nullable Object[] arguments, @Nullable Object aggregate) {
    throw new UnsupportedOperationException(getClass().getName() + " takes nothing back");
  }

  static SqlType.Struct struct(String name1, SqlType type1, String name2, SqlType type2) {
    return SqlType.struct(
        List.of(new SqlType.Field(name1, type1), new SqlType.Field(name2, type2)));
  }

  @SuppressWarnings("unchecked") // aggregates of type ARRAY are lists
  static List<@Nullable Object> list(@Nullable Object aggregate) {
    return aggregate == null ? new ArrayList<>() : (List<@Nullable Object>) aggregate;
  }

  static StructValue structOf(@Nullable Object value) {
    if (value == null) {
      throw new IllegalStateException("an aggregate lacks its STRUCT");
    }
    return (StructValue) value;
  }

  static long longOf(@Nullable Object value) {
    return value == null ? 0 : ((Number) value).longValue();
  }

  static double doubleOf(@Nullable Object value) {
    return value == null ? 0 : ((Number) value).doubleValue();
  }
}
