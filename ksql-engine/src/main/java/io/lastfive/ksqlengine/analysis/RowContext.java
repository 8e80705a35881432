// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import java.util.Arrays;
import java.util.function.BiConsumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What a compiled expression reads: one row with the record's key and position around it. A
 * processor owns one and fills it again for every record, so it is neither kept nor shared.
 */
public final class RowContext {
  private static final @Nullable Object[] NOTHING = new Object[0];

  public @Nullable Object[] key = NOTHING;
  public @Nullable Object[] value = NOTHING;

  /** Record time, epoch milliseconds. */
  public long rowtime;

  public int partition;
  public long offset;

  /** Window bounds, epoch milliseconds, where the key is windowed. */
  public long windowStart;

  public long windowEnd;
  public Headers headers = new RecordHeaders();

  /**
   * Told the text of a function call inside an expression that failed, and why; the call is then
   * NULL and the expression goes on. Unless replaced it lets the whole expression fail.
   */
  public BiConsumer<String, RuntimeException> failedCalls =
      (call, failure) -> {
        throw failure;
      };

  /** The arguments of the lambdas being evaluated, the outermost first. */
  private @Nullable Object[] variables = NOTHING;

  @Nullable Object variable(int index) {
    return variables[index];
  }

  void setVariables(int first, @Nullable Object[] arguments) {
    if (variables.length < first + arguments.length) {
      variables = Arrays.copyOf(variables, first + arguments.length);
    }
    System.arraycopy(arguments, 0, variables, first, arguments.length);
  }
}
