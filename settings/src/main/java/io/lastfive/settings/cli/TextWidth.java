// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

/**
 * How many columns of a terminal a text takes: Chinese, Japanese and Korean characters and emoji
 * take two, marks that join the character before them none.
 */
public final class TextWidth {
  private static final String ELLIPSIS = "…";
  private static final int ZERO_WIDTH_JOINER = 0x200d;

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
    return joins(character) ? 0 : isWide(character) ? 2 : 1;
  }

  private static boolean joins(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> true;
      default -> character == ZERO_WIDTH_JOINER;
    };
  }

  private static boolean isWide(int character) {
    return switch (Character.UnicodeScript.of(character)) {
      case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> !isHalfWidth(character);
      default ->
          isIn(character, 0x3000, 0x303e) // punctuation of those scripts
              || isIn(character, 0x30fb, 0x30fc) // the dot and the long vowel of Katakana
              || isIn(character, 0xff01, 0xff60) // full-width forms of Latin
              || isIn(character, 0xffe0, 0xffe6)
              || isIn(character, 0x1f300, 0x1f64f) // emoji
              || isIn(character, 0x1f680, 0x1f6ff)
              || isIn(character, 0x1f900, 0x1faff);
    };
  }

  private static boolean isHalfWidth(int character) {
    return isIn(character, 0xff61, 0xffdc);
  }

  private static boolean isIn(int character, int first, int last) {
    return first <= character && character <= last;
  }
}
