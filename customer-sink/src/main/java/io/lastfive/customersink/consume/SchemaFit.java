// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkHealth.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the newest records were written with schemas that have what the tables need. One that has
 * not makes a dead letter of each of its records; that is somebody's mistake, and health says so
 * until a partition's records fit again. Used by one thread.
 */
final class SchemaFit {
  // While two writers take turns, the message stays instead of coming and going.
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final SinkHealth health;
  private final Map<Integer, Instant> unfitAt = new HashMap<>();

  SchemaFit(SinkHealth health) {
    this.health = health;
  }

  /** Records of a partition were read; one of them with a schema that has this problem. */
  void read(int partition, Optional<String> problem) {
    if (problem.isPresent()) {
      unfitAt.put(partition, Instant.now());
      health.degraded(
          Part.RECORDS,
          reporter(partition),
          problem.get()
              + ". Its records become dead letters, and the rows of their customers stay as they were");
    } else {
      Optional.ofNullable(unfitAt.get(partition))
          .filter(last -> last.plus(REMEMBERED).isBefore(Instant.now()))
          .ifPresent(last -> forget(List.of(partition)));
    }
  }

  /** Others read these partitions now. */
  void forget(Collection<Integer> partitions) {
    for (int partition : partitions) {
      unfitAt.remove(partition);
      health.works(Part.RECORDS, reporter(partition));
    }
  }

  private static String reporter(int partition) {
    return "partition " + partition;
  }
}
