// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Query.Window;
import java.time.Duration;

/** Refuses windows that nothing would ever be in, in the words Kafka Streams has for them. */
final class WindowRules {

  private WindowRules() {}

  static void check(Window window) {
    if (window instanceof Window.Session session) {
      if (session.gap().toDuration().isZero()) {
        throw new KsqlException("Gap time (inactivityGapMs) cannot be zero or negative.");
      }
    } else if (window instanceof Window.Tumbling tumbling) {
      checkSize(tumbling.size().toDuration());
    } else if (window instanceof Window.Hopping hopping) {
      Duration size = hopping.size().toDuration();
      Duration advance = hopping.advance().toDuration();
      checkSize(size);
      if (advance.isZero() || advance.compareTo(size) > 0) {
        throw new KsqlException(
            "Window advancement interval should be more than zero and less than window duration which is %d ms, but given advancement interval is: %d ms"
                .formatted(size.toMillis(), advance.toMillis()));
      }
    } else {
      throw new IllegalStateException("unknown window " + window.getClass().getName());
    }
  }

  private static void checkSize(Duration size) {
    if (size.isZero()) {
      throw new KsqlException("Window size (sizeMs) must be larger than zero.");
    }
  }
}
