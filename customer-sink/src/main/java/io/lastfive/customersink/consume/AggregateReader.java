// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.Backoff;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.SinkHealth.Part;
import io.lastfive.customersink.SinkMetrics;
import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.SinkOffsets;
import io.lastfive.customersink.write.Slice;
import io.lastfive.customersink.write.WriteResult;
import io.lastfive.settings.UnavailableError;
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
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The poll loop: reads the partitions that the group assigns, each from the offset that the
 * database names, decodes, and hands the slices on. Whatever is away is waited out while the
 * consumer stays in its group.
 *
 * <p>{@link #run} belongs to one thread; {@link #wrote} and {@link #stop} may be called by others.
 */
public final class AggregateReader {
  private static final Logger LOG = LoggerFactory.getLogger(AggregateReader.class);
  private static final Duration LONGEST_POLL = Duration.ofMillis(100);
  private static final Duration TOPIC_WATCH = Duration.ofSeconds(1);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
  private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(5);
  private static final String REPORTER = "reader";
  private static final String WATCH = "topic watch";
  private static final Duration HINT_INTERVAL = Duration.ofSeconds(1);

  private final String topic;
  private final String brokers;
  private final Consumer<byte[], byte[]> consumer;
  private final TopicWatch topicWatch;
  private final PartitionClaims claims;
  private final RecentPaymentsDecoder decoder;
  private final PendingSlices pending;
  private final SchemaFit schemaFit;
  private final SinkHealth health;
  private final SinkMetrics metrics;
  private final Backoff kafkaBackoff;
  private final Backoff registryBackoff;

  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Queue<WriteResult> results = new ConcurrentLinkedQueue<>();
  private final Map<TopicPartition, OffsetAndMetadata> hints = new HashMap<>();
  private Optional<UUID> topicId = Optional.empty();
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
    this.brokers = kafka.brokers();
    this.consumer = kafka.consumer();
    this.topicWatch = new TopicWatch(kafka.admin(), topic, TOPIC_WATCH);
    this.decoder = decoder;
    this.pending = pending;
    this.health = health;
    this.schemaFit = new SchemaFit(health);
    this.claims = new PartitionClaims(topic, consumer, offsets, pending, health, backoff.get());
    this.metrics = metrics;
    this.kafkaBackoff = backoff.get();
    this.registryBackoff = backoff.get();
  }

  /** Reads until {@link #stop}; leaves the group at its end. */
  public void run() throws InterruptedException {
    try (topicWatch) {
      consumer.subscribe(List.of(topic), new Assignments());
      while (stopping.getCount() > 0) {
        try {
          readOnce();
          health.works(Part.KAFKA, REPORTER);
        } catch (WakeupException stop) {
          LOG.debug("Woken up to stop");
        } catch (KafkaException trouble) {
          health.degraded(Part.KAFKA, REPORTER, reason(trouble));
          Duration wait = kafkaBackoff.next();
          LOG.warn(
              "Cannot read, trying again topic={} waitMillis={}", topic, wait.toMillis(), trouble);
          if (stopping.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("Stops while waiting");
          }
        }
      }
    } finally {
      consumer.close(CloseOptions.timeout(LONGEST_GOODBYE));
    }
  }

  private void readOnce() throws InterruptedException {
    learnFromWriter();
    noticeNewTopic();
    topicWatch.topicId().ifPresent(claims::claim);
    claims.compare();
    claims.reportFenced();
    boolean room = pending.awaitRoom(LONGEST_POLL);
    claims.pauseAndResume(room && !Instant.now().isBefore(readAgainAt));
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
        hints.put(
            new TopicPartition(topic, slice.claim().partition()),
            new OffsetAndMetadata(slice.nextOffset()));
      }
      claims.learn(result);
    }
  }

  /** A topic of the same name with another id is another topic. */
  private void noticeNewTopic() {
    Optional<UUID> id = topicWatch.topicId();
    Optional<Throwable> problem = topicWatch.problem();
    if (problem.isPresent()) {
      health.degraded(Part.KAFKA, WATCH, reason(problem.get()));
    } else if (id.isPresent()) {
      health.works(Part.KAFKA, WATCH);
    }
    if (id.isPresent() && topicId.isPresent() && !id.equals(topicId)) {
      LOG.warn(
          "The topic was made anew topic={} oldId={} newId={}", topic, topicId.get(), id.get());
      claims.topicMadeAnew();
    }
    if (id.isPresent()) {
      topicId = id;
    }
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
    List<Change> changes = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      try {
        changes.add(decoder.decode(record));
      } catch (UnavailableError registryAway) {
        health.degraded(Part.SCHEMA_REGISTRY, REPORTER, String.valueOf(registryAway.getMessage()));
        readAgainAt = Instant.now().plus(registryBackoff.next());
        consumer.seek(partition, record.offset());
        if (!changes.isEmpty()) {
          claims.read(partition, record.offset(), changes);
        }
        return false;
      }
    }
    health.works(Part.SCHEMA_REGISTRY, REPORTER);
    registryBackoff.reset();
    long afterLast = records.get(records.size() - 1).offset() + 1;
    schemaFit.read(partition.partition(), decoder.takeUnfitSchema());
    claims.read(partition, next == null ? afterLast : next.offset(), changes);
    return true;
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
          } else {
            claims.unclaim(partition);
          }
        });
  }

  private String reason(Throwable trouble) {
    if (trouble instanceof UnknownTopicOrPartitionException) {
      return "topic '%s' does not exist; 'lastfive ksql apply' makes it".formatted(topic);
    }
    if (trouble instanceof TimeoutException) {
      // Its own message tells of calls and deadlines.
      return "Kafka at %s does not answer".formatted(brokers);
    }
    return String.valueOf(trouble.getMessage());
  }

  private void leaveHints() {
    Instant now = Instant.now();
    if (now.isBefore(nextHintAt)) {
      return;
    }
    nextHintAt = now.plus(HINT_INTERVAL);
    long lag = 0;
    for (TopicPartition partition : claims.partitions()) {
      OptionalLong behind = consumer.currentLag(partition);
      lag += behind.orElse(0);
    }
    metrics.lag(lag);
    hints.keySet().retainAll(claims.partitions());
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

  /** Called within poll, when the group gives or takes partitions. */
  private final class Assignments implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      topicWatch.forget();
      claims.assigned(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      claims.revoked(partitions);
      schemaFit.forget(partitions.stream().map(TopicPartition::partition).toList());
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      onPartitionsRevoked(partitions);
    }
  }
}
