// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Decimals as bytes, and as the DECIMAL of a column: exact or refused, never rounded. */
final class Decimals {
  private static final int MOST_BYTES_IN_A_LONG = 8;

  private Decimals() {}

  /**
   * The same number with the type's scale.
   *
   * @throws ArithmeticException where it has more digits than the type, before or after the point
   */
  static BigDecimal fit(BigDecimal value, SqlType.Decimal type) {
    BigDecimal scaled =
        value.scale() == type.scale()
            ? value
            : value.setScale(type.scale(), RoundingMode.UNNECESSARY);
    if (scaled.precision() > type.precision()) {
      throw new ArithmeticException("more digits than " + type.toSql(true));
    }
    return scaled;
  }

  /** A two's-complement big-endian number, as Avro and the internal serde hold it. */
  static BigDecimal read(ByteReader in, int length, int scale) {
    if (length == 0 || length > MOST_BYTES_IN_A_LONG) {
      byte[] bytes = in.readRaw(length);
      return new BigDecimal(length == 0 ? BigInteger.ZERO : new BigInteger(bytes), scale);
    }
    long unscaled = in.readByte();
    for (int i = 1; i < length; i++) {
      unscaled = unscaled << 8 | (in.readByte() & 0xFF);
    }
    return BigDecimal.valueOf(unscaled, scale);
  }

  static byte[] unscaledBytes(BigDecimal value, int scale) {
    BigDecimal scaled =
        value.scale() == scale ? value : value.setScale(scale, RoundingMode.UNNECESSARY);
    return scaled.unscaledValue().toByteArray();
  }
}
