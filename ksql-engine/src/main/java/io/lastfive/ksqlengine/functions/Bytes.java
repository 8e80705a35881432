// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What text functions do, on BYTES; no argument is moved or changed. */
final class Bytes {

  private Bytes() {}

  static byte[] toArray(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.duplicate().get(array);
    return array;
  }

  static ByteBuffer slice(ByteBuffer bytes, int position, int length) {
    int start = StringFunctions.startIndex(bytes.remaining(), position);
    int end = StringFunctions.endIndex(bytes.remaining(), start, length);
    return bytes.slice(bytes.position() + start, end - start);
  }

  static ByteBuffer join(List<ByteBuffer> parts, byte[] separator) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        joined.writeBytes(separator);
      }
      joined.writeBytes(toArray(parts.get(i)));
    }
    return ByteBuffer.wrap(joined.toByteArray());
  }

  static @Nullable ByteBuffer pad(@Nullable Object[] a, boolean left) {
    byte[] input = toArray((ByteBuffer) a[0]);
    int length = (int) a[1];
    byte[] padding = toArray((ByteBuffer) a[2]);
    if (padding.length == 0 || length < 0) {
      return null;
    }
    byte[] padded = new byte[length];
    int kept = Math.min(input.length, length);
    int missing = length - kept;
    System.arraycopy(input, 0, padded, left ? missing : 0, kept);
    for (int i = 0; i < missing; i++) {
      padded[left ? i : kept + i] = padding[i % padding.length];
    }
    return ByteBuffer.wrap(padded);
  }

  static List<ByteBuffer> split(ByteBuffer bytes, ByteBuffer delimiter) {
    List<ByteBuffer> parts = new ArrayList<>();
    int step = delimiter.remaining();
    int start = bytes.position();
    int at = start;
    while (at + step <= bytes.limit() && !(step == 0 && at == bytes.limit())) {
      if (step == 0) {
        parts.add(bytes.slice(at++, 1));
        start = at;
      } else if (bytes.slice(at, step).equals(delimiter)) {
        parts.add(bytes.slice(start, at - start));
        at += step;
        start = at;
      } else {
        at++;
      }
    }
    if (step > 0) {
      parts.add(bytes.slice(start, bytes.limit() - start));
    }
    return parts;
  }
}
