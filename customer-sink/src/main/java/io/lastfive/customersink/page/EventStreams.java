// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of those who watch a customer (server-sent events). Each is told the present
 * state first, also one who comes back, so that it does not matter what was missed; and again after
 * each change. Safe for threads.
 */
final class EventStreams {
  private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final long BETWEEN_AGES_MILLIS = 1_000;

  private final Vertx vertx;
  private final CustomerLookups lookups;
  private final LiveUpdates liveUpdates;
  private final DataAge dataAge;
  private final Set<Stream> open = ConcurrentHashMap.newKeySet();
  private Optional<Instant> newestTold = Optional.empty();

  EventStreams(Vertx vertx, CustomerLookups lookups, LiveUpdates liveUpdates, DataAge dataAge) {
    this.vertx = vertx;
    this.lookups = lookups;
    this.liveUpdates = liveUpdates;
    this.dataAge = dataAge;
    vertx.setPeriodic(BETWEEN_AGES_MILLIS, timer -> tellAge());
  }

  /** Answers with events until the client, or this page, ends it. */
  void open(HttpServerResponse response, String customerId) {
    new Stream(response, customerId).start();
  }

  /** How many connections are watching now. */
  int watching() {
    return open.size();
  }

  private void tellAge() {
    Optional<Instant> newest = dataAge.newest();
    if (!newest.equals(newestTold)) {
      newestTold = newest;
      String event = ageEvent();
      open.forEach(stream -> stream.context.runOnContext(now -> stream.write(event)));
    }
  }

  private String ageEvent() {
    return "event: age\ndata: %s\n\n".formatted(dataAge.toJson());
  }

  /** One connection; all that happens to it happens in its context, one after the other. */
  private final class Stream implements Consumer<Optional<CustomerRow>> {
    private final HttpServerResponse response;
    private final String customerId;
    private final Context context = vertx.getOrCreateContext();
    private long heartbeat;
    private boolean changeTold;

    private Stream(HttpServerResponse response, String customerId) {
      this.response = response;
      this.customerId = customerId;
    }

    private void start() {
      response
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
          // What is compressed waits in buffers.
          .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY)
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .putHeader("X-Accel-Buffering", "no")
          .setChunked(true);
      response.closeHandler(closed -> stop());
      write("retry: 1000\n\n");
      write(ageEvent());
      liveUpdates.watch(customerId, this);
      open.add(this);
      heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, timer -> write(": still here\n\n"));
      // Read after the watch began, so that no change falls between.
      lookups.find(customerId).onSuccess(this::tellPresent).onFailure(this::endWithoutDatabase);
    }

    /** A change, told by the thread that looks for changes. */
    @Override
    public void accept(Optional<CustomerRow> row) {
      context.runOnContext(
          now -> {
            changeTold = true;
            tell(row);
          });
    }

    /** Not where a change was told meanwhile, which is newer. */
    private void tellPresent(Optional<CustomerRow> row) {
      if (!changeTold) {
        tell(row);
      }
    }

    private void tell(Optional<CustomerRow> row) {
      write(
          row.map(
                  known ->
                      "id: %s\nevent: payments\ndata: %s\n\n"
                          .formatted(known.version(), known.toJson()))
              .orElse("event: unknown\ndata: {}\n\n"));
    }

    /** A reader too slow to follow is let go: it comes back, and then gets the present state. */
    private void write(String event) {
      if (response.closed() || response.ended()) {
        return;
      }
      if (response.writeQueueFull()) {
        // Closes once what waits is taken; if that is never, the server's write timeout does.
        stop();
        response.reset();
      } else {
        response.write(event);
      }
    }

    private void endWithoutDatabase(Throwable away) {
      LOG.debug("A watcher is sent away, the database does not answer", away);
      stop();
      response.end();
    }

    private void stop() {
      open.remove(this);
      liveUpdates.unwatch(customerId, this);
      vertx.cancelTimer(heartbeat);
    }
  }
}
