// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import io.lastfive.ksqlengine.types.SqlType;
import java.nio.ByteBuffer;
import java.util.Comparator;

/** The natural order of values of one type without parts; bytes are unsigned. */
final class Order {
  static final Comparator<Object> NATURAL = Order::compare;

  private Order() {}

  static boolean orders(SqlType type) {
    return !(type instanceof SqlType.Array
        || type instanceof SqlType.MapType
        || type instanceof SqlType.Struct);
  }

  @SuppressWarnings("unchecked") // values of one type, which is never ARRAY, MAP or STRUCT
  static int compare(Object left, Object right) {
    return left instanceof ByteBuffer bytes
        ? compareBytes(bytes, (ByteBuffer) right)
        : ((Comparable<Object>) left).compareTo(right);
  }

  private static int compareBytes(ByteBuffer left, ByteBuffer right) {
    int mismatch = left.mismatch(right);
    if (mismatch < 0) {
      return 0;
    }
    if (mismatch >= left.remaining() || mismatch >= right.remaining()) {
      return Integer.compare(left.remaining(), right.remaining());
    }
    return Byte.compareUnsigned(
        left.get(left.position() + mismatch), right.get(right.position() + mismatch));
  }
}
