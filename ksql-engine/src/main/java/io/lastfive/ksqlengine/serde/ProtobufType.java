// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.util.Map;

/** The type of a field, its name resolved; the well-known messages are types of their own. */
sealed interface ProtobufType {

  record Scalar(ProtobufScalar scalar) implements ProtobufType {}

  /** {@code google.protobuf.Int32Value} and the like: a scalar that may be absent. */
  record Wrapper(ProtobufScalar scalar) implements ProtobufType {}

  /** {@code confluent.type.Decimal}, whose precision and scale stand in the field's options. */
  record Decimal(int precision, int scale) implements ProtobufType {}

  /** {@code google.type.Date}. */
  record Date() implements ProtobufType {}

  /** {@code google.type.TimeOfDay}. */
  record TimeOfDay() implements ProtobufType {}

  /** {@code google.protobuf.Timestamp}. */
  record Timestamp() implements ProtobufType {}

  record Enumeration(Map<Integer, String> names) implements ProtobufType {
    public Enumeration {
      names = Map.copyOf(names);
    }
  }

  record Message(ProtobufMessage message) implements ProtobufType {}

  record MapOf(ProtobufType key, ProtobufType value) implements ProtobufType {}
}
