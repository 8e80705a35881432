// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.catalog;

import io.lastfive.ksqlengine.ast.Statement.SourceKind;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.types.RowSchema;
import java.time.Duration;
import java.util.Optional;

/**
 * A stream or table as the catalog knows it.
 *
 * @param window empty unless the key is windowed
 * @param timestamp the column that stands for record time, where one was named
 * @param isSource CREATE SOURCE: read only, and a table is materialized
 * @param asSelect whether a query made it (CREATE ... AS)
 * @param statementText the statement that made it, as ksqlDB would print it
 */
public record DataSource(
    SourceKind kind,
    String name,
    RowSchema schema,
    String topic,
    FormatSpec keyFormat,
    FormatSpec valueFormat,
    Optional<WindowSpec> window,
    Optional<TimestampColumn> timestamp,
    boolean isSource,
    boolean asSelect,
    String statementText) {

  /** The same source with other columns. */
  public DataSource altered(RowSchema changed, String alterText) {
    return new DataSource(
        kind,
        name,
        changed,
        topic,
        keyFormat,
        valueFormat,
        window,
        timestamp,
        isSource,
        asSelect,
        statementText + "\n" + alterText);
  }

  public boolean isStream() {
    return kind == SourceKind.STREAM;
  }

  /** The windows of a windowed key; the size is empty for sessions. */
  public record WindowSpec(WindowKind kind, Optional<Duration> size) {}

  public enum WindowKind {
    TUMBLING,
    HOPPING,
    SESSION
  }

  /**
   * @param format the pattern of a STRING column
   */
  public record TimestampColumn(String column, Optional<String> format) {}
}
