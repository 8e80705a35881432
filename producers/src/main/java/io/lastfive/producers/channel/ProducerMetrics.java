// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/** A producer's counts and times, a set for each topic, and Kafka's own. Safe for threads. */
final class ProducerMetrics implements AutoCloseable {
  private record TopicMeters(Counter acknowledged, Counter failed, Counter refused, Timer time) {}

  private final MeterRegistry registry;
  private final KafkaClientMetrics kafka;
  private final Map<String, TopicMeters> topics = new ConcurrentHashMap<>();

  ProducerMetrics(MeterRegistry registry, Producer<?, ?> producer) {
    this.registry = registry;
    this.kafka = new KafkaClientMetrics(producer);
    kafka.bindTo(registry);
  }

  void acknowledged(String topic, long nanos) {
    TopicMeters meters = of(topic);
    meters.acknowledged.increment();
    meters.time.record(nanos, TimeUnit.NANOSECONDS);
  }

  void failed(String topic) {
    of(topic).failed.increment();
  }

  void refused(String topic) {
    of(topic).refused.increment();
  }

  private TopicMeters of(String topic) {
    return topics.computeIfAbsent(topic, this::register);
  }

  private TopicMeters register(String topic) {
    return new TopicMeters(
        counter(topic, "acknowledged", "Payments that all in-sync replicas have"),
        counter(topic, "failed", "Payments that were given up"),
        counter(topic, "refused", "Payments that must not enter the topic"),
        Timer.builder("lastfive.payments.acknowledgement")
            .description("From publishing to acknowledgement")
            .tag("topic", topic)
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(registry));
  }

  private Counter counter(String topic, String name, String description) {
    return Counter.builder("lastfive.payments." + name)
        .description(description)
        .tag("topic", topic)
        .register(registry);
  }

  @Override
  public void close() {
    kafka.close();
  }
}
