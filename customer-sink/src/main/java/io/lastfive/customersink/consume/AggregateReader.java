// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.Backoff;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkHealth.Part;
import io.lastfive.customersink.SinkMetrics;
import io.lastfive.customersink.consume.Ownership.Claimed;
import io.lastfive.customersink.consume.Ownership.Fenced;
import io.lastfive.customersink.consume.Ownership.Unclaimed;
import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.Claim;
import io.lastfive.customersink.write.SinkOffsets;
import io.lastfive.customersink.write.Slice;
import io.lastfive.customersink.write.WriteResult;
import io.lastfive.settings.UnavailableError;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The poll loop: claims the partitions that the group assigns, reads each from the offset that the
 * database names, decodes, and hands the slices on. Whatever is away is waited out while the
 * consumer stays in its group.
 *
 * <pre>
 *   assigned -> Unclaimed -> (database: epoch + 1, next_offset) -> Claimed -> records -> decode -> PendingSlices
 *                   ^                                                 |
 *                   +--- offset moved by hand, topic made anew -------+----> Fenced: another sink claimed it
 * </pre>
 *
 * {@link #run} belongs to one thread; {@link #wrote} and {@link #stop} may be called by others.
 */
public final class AggregateReader {
  private static final Logger LOG = LoggerFactory.getLogger(AggregateReader.class);
  private static final Duration LONGEST_POLL = Duration.ofMillis(100);
  private static final Duration TOPIC_WATCH = Duration.ofSeconds(1);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
  private static final Duration HINT_INTERVAL = Duration.ofSeconds(1);

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final TopicWatch topicWatch;
  private final SinkOffsets offsets;
  private final RecentPaymentsDecoder decoder;
  private final PendingSlices pending;
  private final SinkHealth health;
  private final SinkMetrics metrics;
  private final Backoff claimBackoff;
  private final Backoff kafkaBackoff;
  private final Backoff registryBackoff;

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Queue<WriteResult> results = new ConcurrentLinkedQueue<>();
  private final Map<TopicPartition, Ownership> owned = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> hints = new HashMap<>();
  private Optional<UUID> topicId = Optional.empty();
  private Instant claimAgainAt = Instant.MIN;
  private Instant readAgainAt = Instant.MIN;
  private Instant nextHintAt = Instant.MIN;

  public AggregateReader(
      String topic,
      KafkaClients kafka,
      SinkOffsets offsets,
      RecentPaymentsDecoder decoder,
      PendingSlices pending,
      SinkHealth health,
      SinkMetrics metrics,
      Supplier<Backoff> backoff) {
    this.topic = topic;
    this.consumer = kafka.consumer();
    this.topicWatch = new TopicWatch(kafka.admin(), topic, TOPIC_WATCH);
    this.offsets = offsets;
    this.decoder = decoder;
    this.pending = pending;
    this.health = health;
    this.metrics = metrics;
    this.claimBackoff = backoff.get();
    this.kafkaBackoff = backoff.get();
    this.registryBackoff = backoff.get();
  }

  /** Reads until {@link #stop}; leaves the group at its end. */
  public void run() throws InterruptedException {
    try (consumer;
        topicWatch) {
      consumer.subscribe(List.of(topic), new Assignments());
      while (stopping.getCount() > 0) {
        try {
          readOnce();
        } catch (WakeupException stop) {
          LOG.debug("Woken up to stop");
        } catch (KafkaException trouble) {
          health.degraded(Part.KAFKA, String.valueOf(trouble.getMessage()));
          Duration wait = kafkaBackoff.next();
          LOG.warn(
              "Cannot read, trying again topic={} waitMillis={}", topic, wait.toMillis(), trouble);
          if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("Stops while waiting");
          }
        }
      }
    }
  }

  private void readOnce() throws InterruptedException {
    learnFromWriter();
    noticeNewTopic();
    claimPartitions();
    boolean room = pending.awaitRoom(LONGEST_POLL);
    pauseAndResume(room && !Instant.now().isBefore(readAgainAt));
    try {
      handOn(consumer.poll(room ? LONGEST_POLL : Duration.ZERO));
      kafkaBackoff.reset();
    } catch (OffsetOutOfRangeException lost) {
      reposition(lost.offsetOutOfRangePartitions());
    }
    leaveHints();
  }

  /** What became of a batch; taken up in the next turn of the loop. */
  public void wrote(WriteResult result) {
    results.add(result);
  }

  /** Ends {@link #run} soon. */
  public void stop() {
    stopping.countDown();
    consumer.wakeup();
  }

  private void learnFromWriter() {
    for (WriteResult result = results.poll(); result != null; result = results.poll()) {
      for (Slice slice : result.written()) {
        hints.put(partition(slice.claim()), new OffsetAndMetadata(slice.nextOffset()));
      }
      for (Claim claim : result.fenced()) {
        if (owned.get(partition(claim)) instanceof Claimed claimed
            && claimed.claim().equals(claim)) {
          LOG.warn(
              "Another sink claimed a partition topic={} partition={} epoch={}",
              topic,
              claim.partition(),
              claim.epoch());
          owned.put(partition(claim), claimed.fenced());
          pending.drop(List.of(claim.partition()));
        }
      }
      for (Claim claim : result.displaced()) {
        if (owned.get(partition(claim)) instanceof Claimed claimed
            && claimed.claim().equals(claim)) {
          LOG.warn("The offset was moved by hand topic={} partition={}", topic, claim.partition());
          unclaim(partition(claim), claimed);
        }
      }
    }
    reportFencedPartitions();
  }

  private void reportFencedPartitions() {
    String fenced =
        owned.entrySet().stream()
            .filter(entry -> entry.getValue() instanceof Fenced)
            .map(entry -> Integer.toString(entry.getKey().partition()))
            .sorted()
            .collect(Collectors.joining(", "));
    if (fenced.isEmpty()) {
      health.works(Part.PARTITIONS);
    } else {
      health.degraded(
          Part.PARTITIONS,
          "another sink writes partition %s of topic '%s' to this schema; does one run with another sink.group.id?"
              .formatted(fenced, topic));
    }
  }

  /**
   * A topic of the same name with another id: its offsets start anew, nothing read of the old one
   * counts.
   */
  private void noticeNewTopic() {
    Optional<UUID> id = topicWatch.topicId();
    Optional<Throwable> problem = topicWatch.problem();
    if (problem.isPresent()) {
      health.degraded(
          Part.KAFKA,
          problem.get() instanceof UnknownTopicOrPartitionException
              ? "topic '%s' does not exist; 'lastfive ksql apply' makes it".formatted(topic)
              : String.valueOf(problem.get().getMessage()));
    } else if (id.isPresent()) {
      health.works(Part.KAFKA);
    }
    if (id.isPresent() && topicId.isPresent() && !id.equals(topicId)) {
      LOG.warn(
          "The topic was made anew topic={} oldId={} newId={}", topic, topicId.get(), id.get());
      owned.replaceAll((partition, ownership) -> new Unclaimed());
      pending.drop(owned.keySet().stream().map(TopicPartition::partition).toList());
      owned.keySet().forEach(this::holdBack);
    }
    if (id.isPresent()) {
      topicId = id;
    }
  }

  private void claimPartitions() {
    List<TopicPartition> unclaimed =
        owned.entrySet().stream()
            .filter(entry -> entry.getValue() instanceof Unclaimed)
            .map(Map.Entry::getKey)
            .toList();
    Optional<UUID> latestId = topicWatch.topicId();
    if (unclaimed.isEmpty() || latestId.isEmpty() || Instant.now().isBefore(claimAgainAt)) {
      return;
    }
    // Until it has worked to its end.
    claimAgainAt = Instant.now().plus(claimBackoff.next());
    Map<TopicPartition, Long> ends = consumer.endOffsets(unclaimed, LONGEST_ANSWER);
    try {
      offsets
          .claim(latestId.get(), unclaimed.stream().map(TopicPartition::partition).toList())
          .forEach((claim, nextOffset) -> begin(claim, nextOffset, ends));
      health.works(Part.DATABASE);
      claimBackoff.reset();
      claimAgainAt = Instant.MIN;
    } catch (SQLException e) {
      health.degraded(Part.DATABASE, String.valueOf(e.getMessage()));
    }
  }

  private void begin(Claim claim, long nextOffset, Map<TopicPartition, Long> ends) {
    TopicPartition partition = partition(claim);
    long end = ends.getOrDefault(partition, nextOffset);
    if (nextOffset > end) {
      LOG.error(
          "The topic has lost records that are written already; their rows stay topic={} partition={} offset={} end={}",
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

  private void pauseAndResume(boolean mayRead) {
    List<TopicPartition> claimed =
        owned.entrySet().stream()
            .filter(entry -> mayRead && entry.getValue() instanceof Claimed)
            .map(Map.Entry::getKey)
            .filter(partition -> pending.hasRoom(partition.partition()))
            .toList();
    List<TopicPartition> held =
        owned.keySet().stream().filter(partition -> !claimed.contains(partition)).toList();
    consumer.pause(held);
    consumer.resume(claimed);
  }

  private void handOn(ConsumerRecords<byte[], byte[]> polled) {
    Map<TopicPartition, OffsetAndMetadata> nextOffsets = polled.nextOffsets();
    List<TopicPartition> partitions = List.copyOf(polled.partitions());
    for (int i = 0; i < partitions.size(); i++) {
      TopicPartition partition = partitions.get(i);
      if (!decode(partition, polled.records(partition), nextOffsets.get(partition))) {
        // The registry is away: the rest is read again later as well.
        for (TopicPartition later : partitions.subList(i + 1, partitions.size())) {
          consumer.seek(later, polled.records(later).get(0).offset());
        }
        return;
      }
    }
  }

  /** Hands on what can be decoded; tells whether that was everything. */
  private boolean decode(
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> records,
      @Nullable OffsetAndMetadata next) {
    if (!(owned.get(partition) instanceof Claimed claimed)) {
      throw new IllegalStateException("records of a partition that is not claimed: " + partition);
    }
    List<Change> changes = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        changes.add(decoder.decode(record));
      } catch (UnavailableError registryAway) {
        health.degraded(Part.SCHEMA_REGISTRY, String.valueOf(registryAway.getMessage()));
        readAgainAt = Instant.now().plus(registryBackoff.next());
        consumer.seek(partition, record.offset());
        if (!changes.isEmpty()) {
          add(partition, claimed, record.offset(), changes);
        }
        return false;
      }
    }
    health.works(Part.SCHEMA_REGISTRY);
    registryBackoff.reset();
    long afterLast = records.get(records.size() - 1).offset() + 1;
    add(partition, claimed, next == null ? afterLast : next.offset(), changes);
    return true;
  }

  private void add(
      TopicPartition partition, Claimed claimed, long nextOffset, List<Change> changes) {
    pending.add(new Slice(claimed.claim(), claimed.nextOffset(), nextOffset, changes));
    owned.put(partition, claimed.readUpTo(nextOffset));
  }

  /** The broker has no such offset: the beginning was deleted, or the topic is another one now. */
  private void reposition(Map<TopicPartition, Long> lost) {
    topicWatch.forget();
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(lost.keySet(), LONGEST_ANSWER);
    lost.forEach(
        (partition, offset) -> {
          long beginning = beginnings.getOrDefault(partition, 0L);
          if (offset < beginning) {
            LOG.info(
                "The topic begins later topic={} partition={} offset={} beginning={}",
                topic,
                partition.partition(),
                offset,
                beginning);
            consumer.seek(partition, beginning);
          } else if (owned.get(partition) instanceof Claimed claimed) {
            unclaim(partition, claimed);
          }
        });
  }

  private void unclaim(TopicPartition partition, Claimed claimed) {
    owned.put(partition, claimed.displaced());
    pending.drop(List.of(partition.partition()));
    holdBack(partition);
  }

  /**
   * Nothing is read of the partition until it is claimed; a position keeps the consumer from
   * looking for one.
   */
  private void holdBack(TopicPartition partition) {
    consumer.pause(List.of(partition));
    consumer.seek(partition, 0);
  }

  private void leaveHints() {
    Instant now = Instant.now();
    if (now.isBefore(nextHintAt)) {
      return;
    }
    nextHintAt = now.plus(HINT_INTERVAL);
    long lag = 0;
    for (TopicPartition partition : owned.keySet()) {
      OptionalLong behind = consumer.currentLag(partition);
      lag += behind.orElse(0);
    }
    metrics.lag(lag);
    hints.keySet().retainAll(owned.keySet());
    if (!hints.isEmpty()) {
      // Only tools look at them: the sink reads from where the database stands.
      consumer.commitAsync(
          Map.copyOf(hints),
          (committed, error) -> {
            if (error != null) {
              LOG.debug("Offsets for tools were not committed topic={}", topic, error);
            }
          });
      hints.clear();
    }
  }

  private TopicPartition partition(Claim claim) {
    return new TopicPartition(topic, claim.partition());
  }

  /** Called within poll, when the group gives or takes partitions. */
  private final class Assignments implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      topicWatch.forget();
      for (TopicPartition partition : partitions) {
        owned.put(partition, new Unclaimed());
        holdBack(partition);
      }
    }

    /** Nothing to wait for: whatever of it is not committed yet, the next owner's claim fences. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      owned.keySet().removeAll(partitions);
      pending.drop(partitions.stream().map(TopicPartition::partition).toList());
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      onPartitionsRevoked(partitions);
    }
  }
}
