// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * JSON text under construction, as UTF-8: what Avro holds as UTF-8 is copied, and only what JSON
 * escapes is changed. Used by one thread.
 */
final class JsonBytes {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final long MILLIS_A_DAY = 86_400_000L;
  private static final int LONGEST_NUMBER = 32;

  private byte[] bytes = new byte[4_096];
  private int length;
  private final byte[] date = new byte[10];
  private long dateEpochDay = Long.MIN_VALUE;

  void clear() {
    length = 0;
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  void raw(byte[] ascii) {
    makeRoom(ascii.length);
    System.arraycopy(ascii, 0, bytes, length, ascii.length);
    length += ascii.length;
  }

  void raw(char ascii) {
    makeRoom(1);
    bytes[length++] = (byte) ascii;
  }

  /** A text of JSON's: UTF-8 bytes in quotes. Tells whether it holds no NUL character. */
  boolean text(byte[] utf8, int from, int count) {
    // Each byte escaped as six.
    makeRoom(2 + 6 * count);
    bytes[length++] = '"';
    boolean storable = true;
    for (int i = from; i < from + count; i++) {
      byte one = utf8[i];
      if (one == '"' || one == '\\' || (one >= 0 && one < ' ')) {
        escape(one);
        storable &= one != 0;
      } else {
        bytes[length++] = one;
      }
    }
    bytes[length++] = '"';
    return storable;
  }

  private void escape(byte one) {
    bytes[length++] = '\\';
    switch (one) {
      case '"', '\\' -> bytes[length++] = one;
      case '\b' -> bytes[length++] = 'b';
      case '\t' -> bytes[length++] = 't';
      case '\n' -> bytes[length++] = 'n';
      case '\f' -> bytes[length++] = 'f';
      case '\r' -> bytes[length++] = 'r';
      default -> {
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[one >> 4];
        bytes[length++] = HEX[one & 0xf];
      }
    }
  }

  /** A decimal with four places, as text in quotes. */
  void amount(long tenThousandths) {
    makeRoom(LONGEST_NUMBER);
    bytes[length++] = '"';
    if (tenThousandths < 0) {
      bytes[length++] = '-';
    }
    // The least long has no positive counterpart; its quotients do.
    whole(Math.abs(tenThousandths / 10_000));
    bytes[length++] = '.';
    padded(Math.abs((int) (tenThousandths % 10_000)), 4);
    bytes[length++] = '"';
  }

  /** An instant of the years 1 to 9999, to the millisecond or microsecond, as ISO 8601 in UTC. */
  void time(long epochMillis, int micros, boolean withMicros) {
    makeRoom(LONGEST_NUMBER);
    long epochDay = Math.floorDiv(epochMillis, MILLIS_A_DAY);
    int ofDay = (int) Math.floorMod(epochMillis, MILLIS_A_DAY);
    bytes[length++] = '"';
    date(epochDay);
    bytes[length++] = 'T';
    padded(ofDay / 3_600_000, 2);
    bytes[length++] = ':';
    padded(ofDay / 60_000 % 60, 2);
    bytes[length++] = ':';
    padded(ofDay / 1_000 % 60, 2);
    bytes[length++] = '.';
    padded(ofDay % 1_000, 3);
    if (withMicros) {
      padded(micros, 3);
    }
    bytes[length++] = 'Z';
    bytes[length++] = '"';
  }

  private void date(long epochDay) {
    if (epochDay != dateEpochDay) {
      // Neighbors in a topic are mostly of one day.
      byte[] text = LocalDate.ofEpochDay(epochDay).toString().getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(text, 0, date, 0, date.length);
      dateEpochDay = epochDay;
    }
    System.arraycopy(date, 0, bytes, length, date.length);
    length += date.length;
  }

  private void whole(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  private void padded(int number, int digits) {
    int rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  private void makeRoom(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
