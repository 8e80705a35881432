// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.types;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * An ARRAY of texts, none of them null, that stay in the UTF-8 that stores hold: one is decoded
 * only when it is asked for. So an aggregate that keeps long texts can be read, changed and written
 * without touching those that stay. Never changes; safe for several threads.
 */
public final class TextList extends AbstractList<Object> implements RandomAccess {
  public static final TextList EMPTY = new TextList(new byte[0], new int[0]);

  /** From here on the order of bytes is not that of UTF-16, where surrogates come first. */
  private static final int FIRST_BYTE_ABOVE_SURROGATES = 0xEE;

  private static final int FIRST_BYTE_OF_SURROGATES = 0xF0;

  private final byte[] utf8;
  private final int[] ends;

  /**
   * Takes the arrays as they are, without a copy.
   *
   * @param utf8 the texts, one after the other
   * @param ends where each ends
   */
  public TextList(byte[] utf8, int[] ends) {
    this.utf8 = utf8;
    this.ends = ends;
  }

  public static TextList of(List<?> texts) {
    TextList list = EMPTY;
    for (Object text : texts) {
      list = list.with(encode((String) text), list.size(), Integer.MAX_VALUE);
    }
    return list;
  }

  public static byte[] encode(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** All texts, one after the other; not to be changed. */
  public byte[] utf8() {
    return utf8;
  }

  public int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  public int end(int index) {
    return ends[index];
  }

  @Override
  public int size() {
    return ends.length;
  }

  @Override
  public String get(int index) {
    int start = start(index);
    return new String(utf8, start, ends[index] - start, StandardCharsets.UTF_8);
  }

  /** How a text compares with one of the list, as {@link String#compareTo} has it. */
  public int compare(byte[] text, int index) {
    int start = start(index);
    int mismatch = Arrays.mismatch(text, 0, text.length, utf8, start, ends[index]);
    if (mismatch < 0) {
      return 0;
    }
    int length = ends[index] - start;
    if (mismatch >= text.length || mismatch >= length) {
      return Integer.compare(text.length, length);
    }
    int left = text[mismatch] & 0xFF;
    int right = utf8[start + mismatch] & 0xFF;
    boolean bothHigh = left >= FIRST_BYTE_ABOVE_SURROGATES && right >= FIRST_BYTE_ABOVE_SURROGATES;
    return bothHigh && (left >= FIRST_BYTE_OF_SURROGATES) != (right >= FIRST_BYTE_OF_SURROGATES)
        ? Integer.compare(right, left)
        : Integer.compare(left, right);
  }

  /** The list with one text more, and without what is then beyond the size. */
  public TextList with(byte[] text, int at, int size) {
    int kept = Math.min(ends.length, size - 1);
    int[] newEnds = new int[kept + 1];
    System.arraycopy(ends, 0, newEnds, 0, at);
    int start = at == 0 ? 0 : ends[at - 1];
    newEnds[at] = start + text.length;
    for (int i = at; i < kept; i++) {
      newEnds[i + 1] = ends[i] + text.length;
    }
    byte[] bytes = new byte[newEnds[kept]];
    System.arraycopy(utf8, 0, bytes, 0, start);
    System.arraycopy(text, 0, bytes, start, text.length);
    System.arraycopy(utf8, start, bytes, start + text.length, bytes.length - start - text.length);
    return new TextList(bytes, newEnds);
  }

  /** Every text split, as SPLIT does it, without decoding it whole. */
  public List<@Nullable Object> splitEach(byte[] delimiter) {
    List<@Nullable Object> split = new ArrayList<>(ends.length);
    int expected = 0;
    for (int i = 0; i < ends.length; i++) {
      List<String> parts = new ArrayList<>(Math.max(expected, 2));
      split(start(i), ends[i], delimiter, parts);
      expected = parts.size();
      split.add(parts);
    }
    return split;
  }

  /** No character's bytes are found within another's, so a match of bytes is one of characters. */
  private void split(int start, int end, byte[] delimiter, List<String> parts) {
    int part = start;
    int last = end - delimiter.length;
    byte first = delimiter[0];
    for (int at = start; at <= last; ) {
      if (utf8[at] == first
          && Arrays.equals(utf8, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
        parts.add(new String(utf8, part, at - part, StandardCharsets.UTF_8));
        at += delimiter.length;
        part = at;
      } else {
        at++;
      }
    }
    parts.add(new String(utf8, part, end - part, StandardCharsets.UTF_8));
  }
}
