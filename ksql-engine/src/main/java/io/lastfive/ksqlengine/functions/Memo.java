// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was last made of a text: a pattern, a formatter. Arguments that describe how to
 * work are nearly always literals, so one entry a call is enough. Threads may share it.
 */
final class Memo<V> {
  private final Function<String, V> maker;
  private volatile @Nullable Entry<V> last;

  private record Entry<V>(String text, V made) {}

  Memo(Function<String, V> maker) {
    this.maker = maker;
  }

  V get(Object text) {
    Entry<V> entry = last;
    if (entry == null || !entry.text.equals(text)) {
      entry = new Entry<>((String) text, maker.apply((String) text));
      last = entry;
    }
    return entry.made;
  }
}
