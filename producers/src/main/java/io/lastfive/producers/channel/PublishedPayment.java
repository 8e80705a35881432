// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

/** Where an acknowledged payment stands: written to all in-sync replicas. */
public record PublishedPayment(
    String paymentId, String customerId, String topic, int partition, long offset) {}
