// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.UUID;

/**
 * A partition of one incarnation of the topic, owned in one epoch. Whoever claims the partition
 * next raises the epoch; from then on nothing written under this claim is committed.
 */
public record Claim(UUID topicId, int partition, long epoch) {}
