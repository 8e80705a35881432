// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

import java.util.Map;
import java.util.Optional;

/**
 * A statement that changes the engine, as the command log keeps it: the same commands in the same
 * order give the same streams, tables and queries.
 *
 * @param id such as {@code stream/`PAYMENT_OUTPUT`/create}
 * @param statement its text with everything the server filled in
 * @param properties what SET said, for this statement
 * @param queryId of the query it starts
 */
public record Command(
    String id, String statement, Map<String, String> properties, Optional<String> queryId) {
  public Command {
    properties = Map.copyOf(properties);
  }
}
