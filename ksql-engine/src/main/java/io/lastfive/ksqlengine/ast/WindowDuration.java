// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.ast;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A length of time as written: {@code 1 HOURS}. */
public record WindowDuration(long value, TimeUnit unit) {

  public Duration toDuration() {
    return Duration.ofMillis(unit.toMillis(value));
  }
}
