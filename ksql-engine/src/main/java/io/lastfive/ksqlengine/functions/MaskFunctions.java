// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hiding characters: upper case, lower case, digits and others each behind a mask of their own,
 * {@code X x n -} unless given; a NULL mask leaves its characters as they are.
 */
final class MaskFunctions {
  private static final String CATEGORY = "STRING";
  private static final String MASKS =
      ", VARCHAR upper, VARCHAR lower, VARCHAR digit, VARCHAR other -> VARCHAR";

  private MaskFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "mask",
            CATEGORY,
            "Masks every character.",
            nullable("VARCHAR input -> VARCHAR", a -> mask(a, 1, (i, size) -> true)),
            nullable("VARCHAR input" + MASKS, a -> mask(a, 1, (i, size) -> true))),
        counting("mask_left", "Masks the leftmost characters.", count -> (i, size) -> i < count),
        counting(
            "mask_right",
            "Masks the rightmost characters.",
            count -> (i, size) -> i >= size - count),
        counting(
            "mask_keep_left",
            "Masks all but the leftmost characters.",
            count -> (i, size) -> i >= count),
        counting(
            "mask_keep_right",
            "Masks all but the rightmost characters.",
            count -> (i, size) -> i < size - count));
  }

  /** Which characters are masked, by their index and the number of all. */
  @FunctionalInterface
  private interface Region {
    boolean covers(int index, int size);
  }

  @FunctionalInterface
  private interface CountedRegion {
    Region of(int count);
  }

  private static Function<ScalarBody> counting(
      String name, String description, CountedRegion region) {
    ScalarBody body = a -> a[1] == null ? null : mask(a, 2, region.of(count(name, a[1])));
    return scalar(
        name,
        CATEGORY,
        description,
        nullable("VARCHAR input, INT numChars -> VARCHAR", body),
        nullable("VARCHAR input, INT numChars" + MASKS, body));
  }

  private static int count(String function, Object count) {
    if ((int) count < 0) {
      throw new FunctionException(function + " requires a non-negative number of characters.");
    }
    return (int) count;
  }

  private static @Nullable String mask(@Nullable Object[] a, int firstMask, Region region) {
    if (a[0] == null) {
      return null;
    }
    StringBuilder text = new StringBuilder((String) a[0]);
    for (int i = 0; i < text.length(); i++) {
      if (region.covers(i, text.length())) {
        text.setCharAt(i, masked(text.charAt(i), a, firstMask));
      }
    }
    return text.toString();
  }

  private static char masked(char c, @Nullable Object[] a, int firstMask) {
    int kind;
    if (Character.isUpperCase(c)) {
      kind = 0;
    } else if (Character.isLowerCase(c)) {
      kind = 1;
    } else {
      kind = Character.isDigit(c) ? 2 : 3;
    }
    if (a.length == firstMask) {
      return "Xxn-".charAt(kind);
    }
    Object mask = a[firstMask + kind];
    return mask == null || ((String) mask).isEmpty() ? c : ((String) mask).charAt(0);
  }
}
