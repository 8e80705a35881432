// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.Backoff;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkHealth.Part;
import io.lastfive.customersink.consume.Ownership.Claimed;
import io.lastfive.customersink.consume.Ownership.Fenced;
import io.lastfive.customersink.consume.Ownership.Unclaimed;
import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.Claim;
import io.lastfive.customersink.write.SinkOffsets;
import io.lastfive.customersink.write.SinkOffsets.Position;
import io.lastfive.customersink.write.Slice;
import io.lastfive.customersink.write.SqlStates;
import io.lastfive.customersink.write.WriteResult;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that the group assigned to this sink, and what the database says of each.
 *
 * <pre>
 *   assigned -> Unclaimed -> (database: epoch + 1, next_offset) -> Claimed -> records are read
 *                   ^                                                 |
 *                   +--- the database stands elsewhere ---------------+----> Fenced: another sink claimed it
 * </pre>
 *
 * The database stands elsewhere after its offset was moved by hand, after a rebuild, and after a
 * failover to a server that was behind: then what was lost there is read again. That is looked for
 * while nothing comes as well. Used by the thread that polls.
 */
final class PartitionClaims {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionClaims.class);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
  private static final Duration COMPARE_INTERVAL = Duration.ofSeconds(2);
  private static final long FAR_BEHIND = 1_000;
  private static final String REPORTER = "claims";
  private static final String COMPARISON = "comparison";

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final SinkOffsets offsets;
  private final PendingSlices pending;
  private final SinkHealth health;
  private final Backoff backoff;

  private final Map<TopicPartition, Ownership> owned = new HashMap<>();
  private Instant askAgainAt = Instant.MIN;
  private Instant compareAt = Instant.MIN;

  PartitionClaims(
      String topic,
      Consumer<byte[], byte[]> consumer,
      SinkOffsets offsets,
      PendingSlices pending,
      SinkHealth health,
      Backoff backoff) {
    this.topic = topic;
    this.consumer = consumer;
    this.offsets = offsets;
    this.pending = pending;
    this.health = health;
    this.backoff = backoff;
  }

  Set<TopicPartition> partitions() {
    return owned.keySet();
  }

  void assigned(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      owned.put(partition, new Unclaimed());
      holdBack(partition);
    }
  }

  /** Nothing to wait for: whatever of it is not committed yet, the next owner's claim fences. */
  void revoked(Collection<TopicPartition> partitions) {
    owned.keySet().removeAll(partitions);
    pending.drop(partitions.stream().map(TopicPartition::partition).toList());
  }

  /** The offsets of every partition start anew, nothing read of the old topic counts. */
  void topicMadeAnew() {
    owned.replaceAll((partition, ownership) -> new Unclaimed());
    pending.drop(owned.keySet().stream().map(TopicPartition::partition).toList());
    owned.keySet().forEach(this::holdBack);
  }

  /** Takes up what became of a batch. */
  void learn(WriteResult result) {
    for (Slice slice : result.written()) {
      if (owned.get(partition(slice.claim())) instanceof Claimed claimed
          && claimed.claim().equals(slice.claim())) {
        owned.put(partition(slice.claim()), claimed.wrote(slice.nextOffset()));
      }
    }
    result.fenced().forEach(this::fence);
    result.displaced().forEach(this::displace);
  }

  /** Claims what is not claimed yet, of the topic of this id. */
  void claim(UUID topicId) {
    List<TopicPartition> unclaimed =
        owned.entrySet().stream()
            .filter(entry -> entry.getValue() instanceof Unclaimed)
            .map(Map.Entry::getKey)
            .toList();
    if (unclaimed.isEmpty() || Instant.now().isBefore(askAgainAt)) {
      return;
    }
    // Until it has worked to its end.
    askAgainAt = Instant.now().plus(backoff.next());
    Map<TopicPartition, Long> ends = consumer.endOffsets(unclaimed, LONGEST_ANSWER);
    try {
      offsets
          .claim(topicId, unclaimed.stream().map(TopicPartition::partition).toList())
          .forEach((claim, nextOffset) -> begin(claim, nextOffset, ends));
      health.works(Part.DATABASE, REPORTER);
      backoff.reset();
      askAgainAt = Instant.MIN;
    } catch (SQLException e) {
      health.degraded(Part.DATABASE, REPORTER, SqlStates.reason(e));
    }
  }

  /** Every now and then: whether the database is there and stands where nothing is on its way. */
  void compare() {
    if (Instant.now().isBefore(compareAt)) {
      return;
    }
    Map<Integer, Claimed> idle = new HashMap<>();
    for (Ownership ownership : owned.values()) {
      if (ownership instanceof Claimed claimed && claimed.idle()) {
        idle.put(claimed.claim().partition(), claimed);
      }
    }
    try {
      List<Claim> claims = idle.values().stream().map(Claimed::claim).toList();
      Map<Integer, Position> positions = offsets.positions(claims);
      for (Claimed claimed : idle.values()) {
        Claim claim = claimed.claim();
        Position position = positions.getOrDefault(claim.partition(), Position.UNKNOWN);
        if (position.fences(claim)) {
          fence(claim);
        } else if (!position.equals(new Position(claimed.nextOffset(), claim.epoch()))) {
          displace(claim);
        }
      }
      health.works(Part.DATABASE, COMPARISON);
    } catch (SQLException e) {
      health.degraded(Part.DATABASE, COMPARISON, SqlStates.reason(e));
    }
    compareAt = Instant.now().plus(COMPARE_INTERVAL);
  }

  /** Says which partitions another sink has claimed while the group gives them to this one. */
  void reportFenced() {
    String fenced =
        owned.entrySet().stream()
            .filter(entry -> entry.getValue() instanceof Fenced)
            .map(entry -> Integer.toString(entry.getKey().partition()))
            .sorted()
            .collect(Collectors.joining(", "));
    if (fenced.isEmpty()) {
      health.works(Part.PARTITIONS, REPORTER);
    } else {
      health.degraded(
          Part.PARTITIONS,
          REPORTER,
          "another sink writes partition %s of topic '%s' to this schema; does one run with another sink.group.id?"
              .formatted(fenced, topic));
    }
  }

  /** Reads of claimed partitions that have room, and holds all others back. */
  void pauseAndResume(boolean mayRead) {
    List<TopicPartition> read = new ArrayList<>();
    List<TopicPartition> held = new ArrayList<>();
    owned.forEach(
        (partition, ownership) ->
            (mayRead && ownership instanceof Claimed && pending.hasRoom(partition.partition())
                    ? read
                    : held)
                .add(partition));
    consumer.pause(held);
    consumer.resume(read);
  }

  /** Hands on what was read of a partition up to, not including, an offset. */
  void read(TopicPartition partition, long nextOffset, List<Change> changes) {
    if (!(owned.get(partition) instanceof Claimed claimed)) {
      throw new IllegalStateException("records of a partition that is not claimed: " + partition);
    }
    boolean farBehind = consumer.currentLag(partition).orElse(0) >= FAR_BEHIND;
    pending.add(new Slice(claimed.claim(), claimed.nextOffset(), nextOffset, changes), farBehind);
    owned.put(partition, claimed.readUpTo(nextOffset));
  }

  /** To be claimed again. */
  void unclaim(TopicPartition partition) {
    if (owned.get(partition) instanceof Claimed claimed) {
      owned.put(partition, claimed.displaced());
      pending.drop(List.of(partition.partition()));
      holdBack(partition);
    }
  }

  private void begin(Claim claim, long nextOffset, Map<TopicPartition, Long> ends) {
    TopicPartition partition = partition(claim);
    long end = ends.getOrDefault(partition, nextOffset);
    if (nextOffset > end) {
      LOG.error(
          "The topic has lost records that are written already; their rows stay, 'lastfive sink rebuild' makes them anew topic={} partition={} offset={} end={}",
          topic,
          claim.partition(),
          nextOffset,
          end);
    }
    consumer.seek(partition, Math.min(nextOffset, end));
    owned.put(partition, new Unclaimed().claimed(claim, nextOffset));
    LOG.info(
        "Claimed topic={} partition={} epoch={} offset={}",
        topic,
        claim.partition(),
        claim.epoch(),
        nextOffset);
  }

  private void fence(Claim claim) {
    if (owned.get(partition(claim)) instanceof Claimed claimed && claimed.claim().equals(claim)) {
      LOG.warn(
          "Another sink claimed a partition topic={} partition={} epoch={}",
          topic,
          claim.partition(),
          claim.epoch());
      owned.put(partition(claim), claimed.fenced());
      pending.drop(List.of(claim.partition()));
    }
  }

  private void displace(Claim claim) {
    if (owned.get(partition(claim)) instanceof Claimed claimed && claimed.claim().equals(claim)) {
      LOG.warn(
          "The database stands elsewhere: moved by hand, rebuilt, or an earlier state topic={} partition={}",
          topic,
          claim.partition());
      unclaim(partition(claim));
    }
  }

  /**
   * Nothing is read of the partition until it is claimed; a position keeps the consumer from
   * looking for one.
   */
  private void holdBack(TopicPartition partition) {
    consumer.pause(List.of(partition));
    consumer.seek(partition, 0);
  }

  private TopicPartition partition(Claim claim) {
    return new TopicPartition(topic, claim.partition());
  }
}
