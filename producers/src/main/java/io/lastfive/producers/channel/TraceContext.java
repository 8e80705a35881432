// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Which trace a payment belongs to, as W3C Trace Context writes it: {@code
 * 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01}. Records carry it as headers, so that
 * whoever reads them can go on with the trace. Immutable.
 *
 * @param traceparent version, trace id, span id and flags
 * @param tracestate what vendors add, where there is some
 */
public record TraceContext(String traceparent, Optional<String> tracestate) {
  private static final int LENGTH = 55;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Ids of traces need not be secret, only different. */
  private static final ThreadLocal<SplittableRandom> RANDOM =
      ThreadLocal.withInitial(SplittableRandom::new);

  /** An {@link IllegalArgumentException} where {@code traceparent} is none. */
  public TraceContext {
    if (!isOne(traceparent)) {
      throw new IllegalArgumentException(
          "traceparent %s is none, such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01."
              .formatted(Shown.quoted(traceparent)));
    }
  }

  /** The trace of a caller's header; empty where it is none, and a new trace should begin. */
  public static Optional<TraceContext> parse(String traceparent) {
    return isOne(traceparent)
        ? Optional.of(new TraceContext(traceparent, Optional.empty()))
        : Optional.empty();
  }

  /** A new trace, not sampled unless somebody downstream decides so. */
  public static TraceContext start() {
    return new TraceContext(
        new String(newTraceparent(), StandardCharsets.ISO_8859_1), Optional.empty());
  }

  /** The header of a new trace: made for every record that nobody gave one. */
  static byte[] newTraceparent() {
    SplittableRandom random = RANDOM.get();
    byte[] text = new byte[LENGTH];
    text[0] = '0';
    text[1] = '0';
    text[2] = '-';
    hex(text, 3, random.nextLong() | 1);
    hex(text, 19, random.nextLong());
    text[35] = '-';
    hex(text, 36, random.nextLong() | 1);
    text[52] = '-';
    text[53] = '0';
    text[54] = '0';
    return text;
  }

  private static void hex(byte[] text, int start, long bits) {
    long rest = bits;
    for (int i = start + 15; i >= start; i--) {
      text[i] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    }
  }

  /** Ids of zeros only and version ff are not allowed. */
  private static boolean isOne(String text) {
    if (text.length() < LENGTH || (text.length() > LENGTH && text.startsWith("00"))) {
      return false;
    }
    String form = "00-00000000000000000000000000000000-0000000000000000-00";
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean fits =
          form.charAt(i) == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!fits) {
        return false;
      }
    }
    return !text.startsWith("ff")
        && !text.startsWith("0".repeat(32), 3)
        && !text.startsWith("0".repeat(16), 36);
  }
}
