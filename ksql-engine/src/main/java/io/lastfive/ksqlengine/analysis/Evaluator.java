// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import org.jspecify.annotations.Nullable;

/**
 * A compiled expression: reads a row and answers a value of the Java class that {@link
 * io.lastfive.ksqlengine.types.SqlType} names for its type. Threads share it. Whoever calls it
 * catches what it throws, describes it in the processing log, and goes on with null (a projected
 * column) or false (a filter).
 */
@FunctionalInterface
public interface Evaluator {
  @Nullable Object evaluate(RowContext row);
}
