// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

import java.util.Optional;

/**
 * What a command did.
 *
 * @param message ksqlDB's: {@code Stream created}, {@code Created query with ID X}
 * @param queryId of the query it started
 */
public record CommandOutcome(String message, Optional<String> queryId) {}
