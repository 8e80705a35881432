// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** Everything random of a simulation. The same seed gives the same on every machine. */
final class Dice {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CODE =
      "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ".getBytes(StandardCharsets.US_ASCII);

  private final SplittableRandom random;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** From 0 to {@code bound} - 1. */
  int below(int bound) {
    return (int) (((random.nextLong() >>> 32) * bound) >>> 32);
  }

  /** From {@code least} to {@code most}. */
  long between(long least, long most) {
    return least + Math.floorMod(random.nextLong() >>> 1, most - least + 1);
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** True for {@code threshold} of {@link #ALL}. */
  boolean hits(long threshold) {
    return threshold > 0 && (random.nextLong() >>> 32) < threshold;
  }

  /** A share as {@link #hits} wants it. */
  static long threshold(double share) {
    return (long) (share * ALL);
  }

  static final long ALL = 1L << 32;

  long next() {
    return random.nextLong();
  }

  /**
   * A version 4 UUID. Its second and fourth groups end in a letter, so that none reads as a card
   * number, which a scan for card numbers would stop at.
   */
  String uuid() {
    long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x0000_0000_000A_4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x800A_0000_0000_0000L;
    byte[] text = new byte[36];
    hex(text, 0, 8, high >>> 32);
    text[8] = '-';
    hex(text, 9, 4, high >>> 16);
    text[13] = '-';
    hex(text, 14, 4, high);
    text[18] = '-';
    hex(text, 19, 4, low >>> 48);
    text[23] = '-';
    hex(text, 24, 12, low);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static void hex(byte[] text, int start, int count, long bits) {
    long rest = bits;
    for (int i = start + count - 1; i >= start; i--) {
      text[i] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    }
  }

  /** {@code prefix} and {@code count} digits, at most 12. */
  String digits(String prefix, int count) {
    return text(prefix, count, 10);
  }

  /** {@code count} letters and digits, at most 12. */
  String code(int count) {
    return text("", count, CODE.length);
  }

  private String text(String prefix, int count, int base) {
    byte[] text = new byte[prefix.length() + count];
    for (int i = 0; i < prefix.length(); i++) {
      text[i] = (byte) prefix.charAt(i);
    }
    long rest = random.nextLong() >>> 1;
    for (int i = text.length - 1; i >= prefix.length(); i--) {
      text[i] = CODE[(int) (rest % base)];
      rest /= base;
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
