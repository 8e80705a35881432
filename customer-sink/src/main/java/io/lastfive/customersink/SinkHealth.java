// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sink and its page stand on, and since when and why something of it does not work.
 * Several may report on one part, such as two writers on the database: it works where it works for
 * each of them. Safe for threads.
 */
public final class SinkHealth {
  private static final Logger LOG = LoggerFactory.getLogger(SinkHealth.class);

  /** What the sink needs. */
  public enum Part {
    KAFKA,
    SCHEMA_REGISTRY,
    /** Schemas of the records, which must have what the tables need. */
    RECORDS,
    DATABASE,
    PARTITIONS,
    /** The database as the page reads it, maybe as another user. */
    PAGE
  }

  /** Something does not work. */
  public record Trouble(Instant since, String reason) {}

  private final Set<Part> parts;
  private final Map<Part, Map<String, Trouble>> troubles = new EnumMap<>(Part.class);

  /** Of a process with a sink. */
  public SinkHealth() {
    this(EnumSet.allOf(Part.class));
  }

  private SinkHealth(Set<Part> parts) {
    this.parts = Collections.unmodifiableSet(parts);
    for (Part part : Part.values()) {
      troubles.put(part, new LinkedHashMap<>());
    }
  }

  /** Of a process that serves the page alone. */
  public static SinkHealth ofPageAlone() {
    return new SinkHealth(EnumSet.of(Part.PAGE));
  }

  /** What is looked at here, in its order. */
  public Set<Part> parts() {
    return parts;
  }

  /** Works (again) for the one that reports. */
  public synchronized void works(Part part, String reporter) {
    Trouble ended = of(part).remove(reporter);
    if (ended != null && of(part).isEmpty()) {
      LOG.info("Works again part={} since={} reason={}", part, ended.since(), ended.reason());
    }
  }

  /** Does not work for the one that reports; the trouble started when this was first said. */
  public synchronized void degraded(Part part, String reporter, String reason) {
    Optional<Trouble> before = trouble(part);
    of(part)
        .merge(
            reporter,
            new Trouble(Instant.now(), reason),
            (known, now) -> new Trouble(known.since(), reason));
    if (!trouble(part).map(Trouble::reason).equals(before.map(Trouble::reason))) {
      LOG.warn("Does not work, waiting part={} reason={}", part, reason);
    }
  }

  /** What does not work now, as the first to report it says; empty where all is well. */
  public synchronized Map<Part, Trouble> troubles() {
    Map<Part, Trouble> now = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      trouble(part).ifPresent(trouble -> now.put(part, trouble));
    }
    return now;
  }

  public synchronized Optional<Trouble> trouble(Part part) {
    return of(part).values().stream().findFirst();
  }

  private Map<String, Trouble> of(Part part) {
    return troubles.getOrDefault(part, Map.of());
  }
}
