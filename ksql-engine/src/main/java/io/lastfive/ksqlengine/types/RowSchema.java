// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The columns of a row: those of the record's key, those of its value, and those read from its
 * headers. A row at run time is an {@code Object[]} of the value columns beside an {@code Object[]}
 * of the key columns, each in this order.
 */
public record RowSchema(List<Column> key, List<Column> value, List<HeaderColumn> headers) {

  /**
   * A column filled from record headers.
   *
   * @param headerKey the one header it reads, as BYTES; empty: all of them, as
   *     ARRAY&lt;STRUCT&lt;KEY STRING, VALUE BYTES&gt;&gt;
   */
  public record HeaderColumn(Column column, Optional<String> headerKey) {}

  public RowSchema {
    key = List.copyOf(key);
    value = List.copyOf(value);
    headers = List.copyOf(headers);
  }

  public RowSchema(List<Column> key, List<Column> value) {
    this(key, value, List.of());
  }

  /** Key, value and header columns, in that order. */
  public List<Column> columns() {
    List<Column> all = new ArrayList<>(key);
    all.addAll(value);
    headers.forEach(header -> all.add(header.column()));
    return all;
  }

  public Optional<Column> findKey(String name) {
    return key.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  public Optional<Column> findValue(String name) {
    return value.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** As ksqlDB prints schemas: {@code `ID` STRING KEY, `AMOUNT` DECIMAL(19, 4)}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    key.forEach(c -> parts.add(sql(c) + " KEY"));
    value.forEach(c -> parts.add(sql(c)));
    headers.forEach(
        h ->
            parts.add(
                sql(h.column())
                    + h.headerKey().map(k -> " HEADER('" + k + "')").orElse(" HEADERS")));
    return parts.stream().collect(Collectors.joining(", "));
  }

  private static String sql(Column column) {
    return "`" + column.name() + "` " + column.type().toSql(true);
  }
}
