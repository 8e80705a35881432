// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.types;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The value of a STRUCT: one value a field, in the order of {@link SqlType.Struct#fields()}. It
 * carries no type: whoever reads it knows the type from the schema. Not to be changed once built.
 */
public final class StructValue {
  private final @Nullable Object[] values;

  /** Takes the array as it is, without a copy. */
  public StructValue(@Nullable Object... values) {
    this.values = values;
  }

  public @Nullable Object get(int field) {
    return values[field];
  }

  /** All of them; not to be changed. */
  public @Nullable Object[] values() {
    return values;
  }

  public int size() {
    return values.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StructValue that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /** The number of fields only: values may be payments. */
  @Override
  public String toString() {
    return "StructValue[" + values.length + " fields]";
  }
}
