// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import org.jspecify.annotations.Nullable;

/**
 * Texts joined by {@code +}, as many as follow one another, in one step. A null operand is written
 * as the text null, as ksqlDB does.
 */
final class Concatenation implements Evaluator {
  private final Evaluator[] operands;

  private Concatenation(Evaluator[] operands) {
    this.operands = operands;
  }

  static Concatenation of(Evaluator left, Evaluator right) {
    Evaluator[] first =
        left instanceof Concatenation longer ? longer.operands : new Evaluator[] {left};
    Evaluator[] all = new Evaluator[first.length + 1];
    System.arraycopy(first, 0, all, 0, first.length);
    all[first.length] = right;
    return new Concatenation(all);
  }

  @Override
  public @Nullable Object evaluate(RowContext row) {
    String[] texts = new String[operands.length];
    int length = 0;
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(operands[i].evaluate(row));
      length += texts[i].length();
    }
    StringBuilder joined = new StringBuilder(length);
    for (String text : texts) {
      joined.append(text);
    }
    return joined.toString();
  }
}
