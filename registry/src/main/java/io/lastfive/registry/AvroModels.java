// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import org.apache.avro.Conversions;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;

/** Which Java types Avro's logical types become. */
final class AvroModels {
  private static final GenericData PLAIN = new GenericData();
  private static final GenericData CONVERTING = new GenericData();

  static {
    CONVERTING.addLogicalTypeConversion(new Conversions.DecimalConversion());
    CONVERTING.addLogicalTypeConversion(new Conversions.UUIDConversion());
    CONVERTING.addLogicalTypeConversion(new TimeConversions.DateConversion());
    CONVERTING.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
    CONVERTING.addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
    CONVERTING.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    CONVERTING.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    CONVERTING.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
    CONVERTING.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
  }

  private AvroModels() {}

  /** Generic records hold bytes and longs, or BigDecimal and Instant where converting. */
  static GenericData generic(boolean convertLogicalTypes) {
    return convertLogicalTypes ? CONVERTING : PLAIN;
  }
}
