// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Who pays next: the customer with number n does n to the power of {@code skew} times less often
 * than the first (Zipf's law), so a few pay all the time and many hardly ever. With 0 all pay
 * alike. By Vose's alias method: one look a payment, the same on every machine. Of more than {@link
 * #CELLS} customers the later ones share cells, within which all pay alike.
 */
final class Popularity {
  private static final int CELLS = 1 << 16;

  /** Of many customers, those with a cell of their own. */
  private static final int ALONE = CELLS / 2;

  private final int customers;
  private final boolean even;
  private final int perSharedCell;
  private final long[] threshold;
  private final int[] alias;

  Popularity(int customers, double skew) {
    this.customers = customers;
    this.even = skew == 0;
    int rest = Math.max(0, customers - ALONE);
    this.perSharedCell = customers <= CELLS ? 1 : (rest + ALONE - 1) / ALONE;
    int cells = customers <= CELLS ? customers : ALONE + (rest + perSharedCell - 1) / perSharedCell;
    this.threshold = new long[even ? 0 : cells];
    this.alias = new int[even ? 0 : cells];
    if (!even) {
      fill(skew);
    }
  }

  int next(Dice dice) {
    if (even) {
      return dice.below(customers);
    }
    int drawn = dice.below(threshold.length);
    int cell = (dice.next() >>> 32) < threshold[drawn] ? drawn : alias[drawn];
    int size = size(cell);
    return first(cell) + (size == 1 ? 0 : dice.below(size));
  }

  private int first(int cell) {
    return customers <= CELLS || cell < ALONE ? cell : ALONE + (cell - ALONE) * perSharedCell;
  }

  private int size(int cell) {
    return customers <= CELLS || cell < ALONE
        ? 1
        : Math.min(perSharedCell, customers - first(cell));
  }

  private void fill(double skew) {
    int cells = threshold.length;
    double[] share = new double[cells];
    double sum = 0;
    for (int cell = 0; cell < cells; cell++) {
      double middle = first(cell) + (size(cell) + 1) / 2.0;
      // StrictMath: the same to the last bit everywhere.
      share[cell] = size(cell) * StrictMath.pow(middle, -skew);
      sum += share[cell];
    }
    Deque<Integer> small = new ArrayDeque<>();
    Deque<Integer> large = new ArrayDeque<>();
    for (int cell = 0; cell < cells; cell++) {
      share[cell] *= cells / sum;
      threshold[cell] = Dice.ALL;
      alias[cell] = cell;
      (share[cell] < 1 ? small : large).add(cell);
    }
    while (!small.isEmpty() && !large.isEmpty()) {
      int less = small.remove();
      int more = large.remove();
      threshold[less] = Dice.threshold(share[less]);
      alias[less] = more;
      share[more] -= 1 - share[less];
      (share[more] < 1 ? small : large).add(more);
    }
  }
}
