// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sink stands on, and since when and why something of it does not work. Safe for threads.
 */
public final class SinkHealth {
  private static final Logger LOG = LoggerFactory.getLogger(SinkHealth.class);

  /** What the sink needs. */
  public enum Part {
    KAFKA,
    SCHEMA_REGISTRY,
    DATABASE,
    PARTITIONS
  }

  /** Something does not work. */
  public record Trouble(Instant since, String reason) {}

  private final Map<Part, Trouble> troubles = new EnumMap<>(Part.class);

  /** Works (again). */
  public synchronized void works(Part part) {
    Trouble ended = troubles.remove(part);
    if (ended != null) {
      LOG.info("Works again part={} since={} reason={}", part, ended.since(), ended.reason());
    }
  }

  /** Does not work; the trouble started when this was first said. */
  public synchronized void degraded(Part part, String reason) {
    Trouble before = troubles.get(part);
    Instant since = before == null ? Instant.now() : before.since();
    troubles.put(part, new Trouble(since, reason));
    if (before == null || !before.reason().equals(reason)) {
      LOG.warn("Does not work, waiting part={} reason={}", part, reason);
    }
  }

  /** What does not work now; empty where all is well. */
  public synchronized Map<Part, Trouble> troubles() {
    return new EnumMap<>(troubles.isEmpty() ? new EnumMap<>(Part.class) : troubles);
  }

  public synchronized Optional<Trouble> trouble(Part part) {
    return Optional.ofNullable(troubles.get(part));
  }
}
