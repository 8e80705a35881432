// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.ast;

import org.jspecify.annotations.Nullable;

/**
 * Where a node begins in its statement's text: line and column, both from 1. Any two positions are
 * equal, so that two nodes are equal when they say the same, wherever they stand.
 */
public record SourcePosition(int line, int column) {

  /** For nodes that were not read from a text. */
  public static final SourcePosition NONE = new SourcePosition(0, 0);

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourcePosition;
  }

  @Override
  public int hashCode() {
    return 0;
  }
}
