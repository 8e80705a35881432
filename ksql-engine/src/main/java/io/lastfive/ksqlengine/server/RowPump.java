// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.lastfive.ksqlengine.query.PushQuery;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Carries the rows of a push query to whoever asked for it, until either of them ends. */
final class RowPump {
  private static final Duration POLL = Duration.ofMillis(100);

  private RowPump() {}

  /** Who asked. */
  interface Receiver {
    /**
     * @param gone whether a table's row is no more, of which only the key is told
     */
    void row(@Nullable Object[] columns, boolean gone) throws InterruptedException;

    /** The last that comes. */
    void end(String message);

    /** The last that comes. */
    void failed(ServerError error);
  }

  static void run(QueryRunner.PushAnswer answer, BooleanSupplier gone, Receiver receiver)
      throws InterruptedException {
    PushQuery query = answer.query();
    boolean over = false;
    int leftToTake = 0;
    long lookAt = System.nanoTime() + POLL.toNanos();
    while (!gone.getAsBoolean()) {
      Optional<PushQuery.PushRow> row = query.poll(POLL);
      if (row.isPresent()) {
        receiver.row(row.get().columns(), row.get().gone());
        leftToTake--;
      } else if (query.isDone()) {
        receiver.end("Limit Reached");
        return;
      } else if (query.failure().isPresent()) {
        receiver.failed(
            ServerError.generic(
                ServerError.SERVER_ERROR, String.valueOf(query.failure().get().getMessage())));
        return;
      } else if (query.isClosed() || over) {
        receiver.end("Query Completed");
        return;
      }
      if (over && leftToTake <= 0) {
        receiver.end("Query Completed");
        return;
      }
      // By the clock, for rows may come without a pause for as long as somebody writes the topic.
      if (!over && System.nanoTime() - lookAt >= 0) {
        over = answer.isOver().getAsBoolean();
        // Rows that were found before that was known are still to be taken.
        leftToTake = query.rowsWaiting();
        lookAt = System.nanoTime() + POLL.toNanos();
      }
    }
  }
}
