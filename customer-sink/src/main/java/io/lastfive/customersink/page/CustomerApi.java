// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.customersink.page.CustomerQueries.Match;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the page and other programs ask about customers. */
final class CustomerApi {
  private static final Logger LOG = LoggerFactory.getLogger(CustomerApi.class);
  private static final int LONGEST_SEARCH = 100;
  private static final int DEFAULT_SEARCH = 20;
  private static final int LONGEST_TEXT = 200;

  private final Vertx vertx;
  private final CustomerQueries customers;
  private final CustomerLookups lookups;
  private final EventStreams streams;

  CustomerApi(Vertx vertx, CustomerQueries customers, LiveUpdates liveUpdates, DataAge dataAge) {
    this.vertx = vertx;
    this.customers = customers;
    this.lookups = new CustomerLookups(vertx, customers);
    this.streams = new EventStreams(vertx, lookups, liveUpdates, dataAge);
  }

  /** {@code GET /api/customers?query=&after=&limit=}. */
  void search(RoutingContext context) {
    String query = parameter(context, "query");
    String after = parameter(context, "after");
    int limit = limit(parameter(context, "limit"));
    if (limit < 1 || limit > LONGEST_SEARCH) {
      Answers.error(context, 400, "limit is a whole number from 1 to " + LONGEST_SEARCH);
    } else if (!isText(query) || !isText(after)) {
      Answers.error(
          context,
          400,
          "query and after are texts of at most %d characters, without NUL"
              .formatted(LONGEST_TEXT));
    } else {
      // One more than asked for tells whether there are more.
      vertx
          .executeBlocking(() -> customers.search(query, after, limit + 1), false)
          .onSuccess(matches -> Answers.taggedJson(context, toJson(matches, limit)))
          .onFailure(error -> unavailable(context, error));
    }
  }

  /** {@code GET /api/customers/ID/payments}. */
  void payments(RoutingContext context) {
    String customerId = context.pathParam("id");
    if (!isText(customerId)) {
      badId(context);
      return;
    }
    lookups
        .find(customerId)
        .onSuccess(
            row -> {
              if (row.isPresent()) {
                Answers.tagged(
                    context,
                    Answers.JSON,
                    Answers.REVALIDATED,
                    row.get().tag(),
                    Buffer.buffer(row.get().toJson()));
              } else {
                Answers.error(context, 404, "customer '" + customerId + "' is not known");
              }
            })
        .onFailure(error -> unavailable(context, error));
  }

  /** The page with the customer in it; without where the database does not answer. */
  void page(RoutingContext context, StaticFiles files) {
    String customerId = context.pathParam("id");
    if (!isText(customerId)) {
      badId(context);
      return;
    }
    lookups
        .find(customerId)
        .onComplete(
            found ->
                files.customer(
                    context,
                    found.succeeded() ? found.result().map(CustomerRow::toJson).orElse("") : ""));
  }

  /**
   * {@code GET /api/customers/ID/events}: events {@code payments} and {@code unknown} tell the
   * state now and after each change, {@code age} how old the newest data of all customers is.
   */
  void events(RoutingContext context) {
    String customerId = context.pathParam("id");
    if (!isText(customerId)) {
      badId(context);
      return;
    }
    streams.open(context.response(), customerId);
  }

  /** How many connections are watching now. */
  int watching() {
    return streams.watching();
  }

  private static String toJson(List<Match> matches, int limit) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ArrayNode found = json.putArray("customers");
    for (Match match : matches.subList(0, Math.min(limit, matches.size()))) {
      ObjectNode customer = found.addObject().put("customerId", match.customerId());
      match.accountName().ifPresent(name -> customer.put("accountName", name));
    }
    if (matches.size() > limit) {
      json.put("next", matches.get(limit - 1).customerId());
    }
    return json.toString();
  }

  private static int limit(String text) {
    try {
      return text.isEmpty() ? DEFAULT_SEARCH : Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }

  /** PostgreSQL stores no NUL, so nothing with one is there. */
  private static boolean isText(String text) {
    return text.length() <= LONGEST_TEXT && text.indexOf('\0') < 0;
  }

  private static void badId(RoutingContext context) {
    Answers.error(
        context,
        400,
        "a customer's id is a text of at most %d characters, without NUL".formatted(LONGEST_TEXT));
  }

  private static String parameter(RoutingContext context, String name) {
    List<String> values = context.queryParam(name);
    return values.isEmpty() ? "" : values.get(0);
  }

  private static void unavailable(RoutingContext context, Throwable error) {
    LOG.warn("The page cannot read the database path={}", context.request().path(), error);
    Answers.error(context, 503, "the database does not answer; try again later");
  }
}
