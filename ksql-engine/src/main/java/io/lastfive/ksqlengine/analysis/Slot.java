// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.types.SqlType;

/** Where in a {@link RowContext} a column is found, and of what type it is. */
public sealed interface Slot {

  SqlType type();

  /** A column of the record's key. */
  record Key(int index, SqlType type) implements Slot {}

  /** A column of the record's value. */
  record Value(int index, SqlType type) implements Slot {}

  /** What the record brings besides its columns. */
  enum Pseudo implements Slot {
    ROWTIME(SqlType.BIGINT),
    ROWPARTITION(SqlType.INTEGER),
    ROWOFFSET(SqlType.BIGINT),
    WINDOWSTART(SqlType.BIGINT),
    WINDOWEND(SqlType.BIGINT);

    private final SqlType type;

    Pseudo(SqlType type) {
      this.type = type;
    }

    @Override
    public SqlType type() {
      return type;
    }
  }
}
