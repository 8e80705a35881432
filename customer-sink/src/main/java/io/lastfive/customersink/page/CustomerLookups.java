// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds customers for many requests at once: while a query runs, those that are asked for next are
 * gathered, and go as one query after it. Alone, a request waits for nothing. A query begins after
 * the request came, so an answer is never older than its question. Safe for threads.
 */
final class CustomerLookups {
  private static final int QUERIES_AT_ONCE = 2;
  private static final int MOST_CUSTOMERS = 200;

  private final Vertx vertx;
  private final CustomerQueries customers;
  private Map<String, List<Promise<Optional<CustomerRow>>>> waiting = new LinkedHashMap<>();
  private int running;

  CustomerLookups(Vertx vertx, CustomerQueries customers) {
    this.vertx = vertx;
    this.customers = customers;
  }

  /** The customer as the database has it now. */
  Future<Optional<CustomerRow>> find(String customerId) {
    Promise<Optional<CustomerRow>> promise = Promise.promise();
    synchronized (this) {
      waiting.computeIfAbsent(customerId, id -> new ArrayList<>(1)).add(promise);
    }
    startNext();
    return promise.future();
  }

  private void startNext() {
    Map<String, List<Promise<Optional<CustomerRow>>>> asked;
    synchronized (this) {
      if (running == QUERIES_AT_ONCE || waiting.isEmpty()) {
        return;
      }
      running++;
      asked = take();
    }
    vertx
        .executeBlocking(() -> customers.find(asked.keySet()), false)
        .onComplete(
            found -> {
              synchronized (this) {
                running--;
              }
              startNext();
              asked.forEach(
                  (customerId, promises) ->
                      promises.forEach(
                          promise -> {
                            if (found.succeeded()) {
                              promise.complete(Optional.ofNullable(found.result().get(customerId)));
                            } else {
                              promise.fail(found.cause());
                            }
                          }));
            });
  }

  private Map<String, List<Promise<Optional<CustomerRow>>>> take() {
    if (waiting.size() <= MOST_CUSTOMERS) {
      Map<String, List<Promise<Optional<CustomerRow>>>> all = waiting;
      waiting = new LinkedHashMap<>();
      return all;
    }
    Map<String, List<Promise<Optional<CustomerRow>>>> first = new LinkedHashMap<>();
    var entries = waiting.entrySet().iterator();
    while (first.size() < MOST_CUSTOMERS) {
      var entry = entries.next();
      first.put(entry.getKey(), entry.getValue());
      entries.remove();
    }
    return first;
  }
}
