// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a service that embeds the publishers may say about its producer. Immutable.
 *
 * @param source who sends, in the header {@code source} of each record; empty: the Kafka client id
 * @param currentTrace asked for each record on the thread that publishes; where it has none, a
 *     record begins a trace of its own
 * @param meters where counts and times go
 * @param transactionalId makes the producer transactional, see {@link
 *     PaymentProducer#inTransaction}: one for each instance of the service, the same after a
 *     restart
 */
public record ProducerOptions(
    Optional<String> source,
    Supplier<Optional<TraceContext>> currentTrace,
    Optional<MeterRegistry> meters,
    Optional<String> transactionalId) {

  public static ProducerOptions none() {
    return new ProducerOptions(
        Optional.empty(), Optional::empty, Optional.empty(), Optional.empty());
  }

  public ProducerOptions withSource(String value) {
    return new ProducerOptions(Optional.of(value), currentTrace, meters, transactionalId);
  }

  /** Such as the current span of an OpenTelemetry SDK. */
  public ProducerOptions withCurrentTrace(Supplier<Optional<TraceContext>> value) {
    return new ProducerOptions(source, value, meters, transactionalId);
  }

  public ProducerOptions withMeters(MeterRegistry value) {
    return new ProducerOptions(source, currentTrace, Optional.of(value), transactionalId);
  }

  public ProducerOptions withTransactionalId(String value) {
    return new ProducerOptions(source, currentTrace, meters, Optional.of(value));
  }
}
