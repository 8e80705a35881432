// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A record's key at run time: the values of its columns, compared by value. A record without a key
 * has null in its place.
 */
public final class RowKey {
  private final @Nullable Object[] columns;
  private int hash;

  /** Takes the array as it is, without a copy. */
  public RowKey(@Nullable Object[] columns) {
    this.columns = columns;
  }

  public @Nullable Object[] columns() {
    return columns;
  }

  boolean hasNull() {
    for (Object column : columns) {
      if (column == null) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RowKey that && Arrays.equals(columns, that.columns);
  }

  @Override
  public int hashCode() {
    int result = hash;
    if (result == 0) {
      result = Arrays.hashCode(columns);
      hash = result;
    }
    return result;
  }

  /** The number of columns only: values may be payments. */
  @Override
  public String toString() {
    return "RowKey[" + columns.length + " columns]";
  }
}
