// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

/**
 * How many columns of a terminal a text takes: Chinese, Japanese and Korean characters take two.
 */
public final class TextWidth {
  private static final String ELLIPSIS = "…";

  private TextWidth() {}

  public static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  /** {@code text} where it fits into {@code width}, else its beginning and an ellipsis. */
  public static String cut(String text, int width) {
    if (of(text) <= width) {
      return text;
    }
    StringBuilder cut = new StringBuilder();
    int left = Math.max(0, width - 1);
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int character = text.codePointAt(i);
      left -= of(character);
      if (left < 0) {
        break;
      }
      cut.appendCodePoint(character);
    }
    return cut + ELLIPSIS;
  }

  private static int of(int character) {
    return switch (Character.UnicodeScript.of(character)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL -> 2;
      default -> 1;
    };
  }
}
