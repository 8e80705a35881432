// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry point: serves the customer page and its API from what the sink has written.
 *
 * <pre>
 *   /  /customers/ID            the page (resources beside this class; no request leaves for another host)
 *   /api/customers?query=       ids that begin with the text
 *   /api/customers/ID/payments  the last five, newest first
 *   /api/customers/ID/events    the same as server-sent events, again whenever it changes
 *   /health  /metrics           for those who operate it
 * </pre>
 *
 * <p>Only reads. Works with a sink in this process or in another one.
 */
public final class CustomerPage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CustomerPage.class);
  private static final int DATABASE_CONNECTIONS = 8;
  private static final int LONGEST_SEARCH = 100;
  private static final int DEFAULT_SEARCH = 20;
  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final String KNOWN_CUSTOMER = "{known customer}";
  private static final String HTML = "text/html; charset=utf-8";
  private static final String JSON = "application/json";
  private static final Map<String, String> ASSET_TYPES =
      Map.of(
          "page.css", "text/css; charset=utf-8",
          "page.js", "text/javascript; charset=utf-8",
          "icon.svg", "image/svg+xml");
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Vertx vertx;
  private final SinkDatabase database;
  private final CustomerQueries customers;
  private final LiveUpdates liveUpdates;
  private final SinkHealth health;
  private final PrometheusMeterRegistry metrics;
  private final HttpServer server;
  private final String host;

  private CustomerPage(
      Settings settings,
      SinkDatabase database,
      SinkHealth health,
      PrometheusMeterRegistry metrics) {
    this.database = database;
    this.health = health;
    this.metrics = metrics;
    this.customers = new CustomerQueries(database.connections());
    this.host = settings.get(KnownSettings.PAGE_HOST);
    this.vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(DATABASE_CONNECTIONS));
    this.liveUpdates = new LiveUpdates(settings, customers);
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setCompressionSupported(true))
            .requestHandler(routes());
  }

  /**
   * Starts to listen; returns once it does.
   *
   * @throws UserError the port is taken, or no sink has written to this database yet
   */
  public static CustomerPage start(
      Settings settings, SinkHealth health, PrometheusMeterRegistry metrics) {
    CustomerPage page =
        new CustomerPage(
            settings, SinkDatabase.openForReading(settings, DATABASE_CONNECTIONS), health, metrics);
    int port = settings.get(KnownSettings.PAGE_PORT);
    try {
      page.server.listen(port, page.host).toCompletionStage().toCompletableFuture().get();
      return page;
    } catch (ExecutionException failed) {
      page.close();
      if (failed.getCause() instanceof BindException) {
        throw new UserError(
            "the page cannot listen on %s:%d: %s. Stop what listens there, or set page.port to another port (0 takes a free one)."
                .formatted(page.host, port, failed.getCause().getMessage()),
            failed);
      }
      throw new IllegalStateException("the page cannot start", failed);
    } catch (InterruptedException interrupted) {
      page.close();
      Thread.currentThread().interrupt();
      throw new UnavailableError("stopped before the page listened", interrupted);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** Where a browser on this machine finds it. */
  public String url() {
    return "http://%s:%d/".formatted(host.equals("0.0.0.0") ? "localhost" : host, port());
  }

  @Override
  public void close() {
    liveUpdates.close();
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      LOG.warn("The page did not stop cleanly", e);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    database.close();
  }

  private Router routes() {
    Router router = Router.router(vertx);
    router.route().handler(this::secure);
    router.get("/").handler(this::home);
    router.get("/customers/:id").handler(this::customer);
    ASSET_TYPES.forEach(
        (name, type) -> router.get("/" + name).handler(context -> asset(context, name, type)));
    router.get("/api/customers").handler(this::search);
    router.get("/api/customers/:id/payments").handler(this::payments);
    router.get("/api/customers/:id/events").handler(this::events);
    router.get("/health").handler(this::health);
    router.get("/metrics").handler(this::metrics);
    router
        .route()
        .handler(
            context ->
                error(context, 404, "there is nothing at '" + context.request().path() + "'"));
    router.errorHandler(500, this::failed);
    router.errorHandler(405, context -> error(context, 405, "only GET is served"));
    return router;
  }

  private void secure(RoutingContext context) {
    context
        .response()
        .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Cache-Control", "no-store");
    context.next();
  }

  private void home(RoutingContext context) {
    context.response().putHeader("Content-Type", HTML);
    context.end(Resources.INDEX.replace(KNOWN_CUSTOMER, ""));
  }

  private void asset(RoutingContext context, String name, String type) {
    context.response().putHeader("Content-Type", type).putHeader("Cache-Control", "no-cache");
    context.end(Resources.ASSETS.get(name));
  }

  /**
   * The page with the customer's payments in it already, so that it shows them before anything else
   * is asked for.
   */
  private void customer(RoutingContext context) {
    read(() -> customers.find(context.pathParam("id")))
        .onComplete(
            found -> {
              // Without them the page comes all the same, and says what it waits for.
              Optional<CustomerRow> row = found.succeeded() ? found.result() : Optional.empty();
              context.response().putHeader("Content-Type", HTML);
              context.end(
                  Resources.INDEX.replace(
                      KNOWN_CUSTOMER,
                      row.map(CustomerRow::toJson).map(CustomerPage::withinHtml).orElse("")));
            });
  }

  /** Nothing in it can end the element that it stands in. */
  private static String withinHtml(String json) {
    return json.replace("<", "\\u003c");
  }

  /** Read once. */
  private static final class Resources {
    static final String INDEX = read("index.html");
    static final Map<String, String> ASSETS =
        Map.of(
            "page.css", read("page.css"),
            "page.js", read("page.js"),
            "icon.svg", read("icon.svg"));

    private static String read(String name) {
      try (InputStream content = CustomerPage.class.getResourceAsStream(name)) {
        if (content == null) {
          throw new IllegalStateException("the jar lacks the page's resource '" + name + "'");
        }
        return new String(content.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void search(RoutingContext context) {
    String query = parameter(context, "query");
    String after = parameter(context, "after");
    int limit;
    try {
      limit =
          parameter(context, "limit").isEmpty()
              ? DEFAULT_SEARCH
              : Integer.parseInt(parameter(context, "limit"));
    } catch (NumberFormatException notANumber) {
      limit = 0;
    }
    if (limit < 1 || limit > LONGEST_SEARCH) {
      error(context, 400, "limit is a whole number from 1 to " + LONGEST_SEARCH);
      return;
    }
    int checkedLimit = limit;
    read(() -> customers.search(query, after, checkedLimit))
        .onSuccess(
            ids -> {
              ObjectNode json = JsonNodeFactory.instance.objectNode();
              ArrayNode found = json.putArray("customers");
              ids.forEach(id -> found.addObject().put("customerId", id));
              json(context, 200, json.toString());
            })
        .onFailure(error -> unavailable(context, error));
  }

  private void payments(RoutingContext context) {
    String customerId = context.pathParam("id");
    read(() -> customers.find(customerId))
        .onSuccess(
            row -> {
              if (row.isPresent()) {
                json(context, 200, row.get().toJson());
              } else {
                error(context, 404, "customer '" + customerId + "' is not known");
              }
            })
        .onFailure(error -> unavailable(context, error));
  }

  private void events(RoutingContext context) {
    String customerId = context.pathParam("id");
    HttpServerResponse response = context.response();
    response
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("X-Accel-Buffering", "no")
        .setChunked(true);
    response.write("retry: 1000\n\n");
    Consumer<Optional<CustomerRow>> watcher =
        row -> context.vertx().runOnContext(now -> send(response, row));
    liveUpdates.watch(customerId, watcher);
    long heartbeat =
        vertx.setPeriodic(HEARTBEAT_MILLIS, timer -> write(response, ": still here\n\n"));
    response.closeHandler(
        closed -> {
          liveUpdates.unwatch(customerId, watcher);
          vertx.cancelTimer(heartbeat);
        });
    // The present state, read after the watch began so that no change falls between.
    read(() -> customers.find(customerId))
        .onSuccess(row -> send(response, row))
        .onFailure(error -> response.end());
  }

  private static void send(HttpServerResponse response, Optional<CustomerRow> row) {
    write(
        response,
        row.map(
                known ->
                    "id: %s\nevent: payments\ndata: %s\n\n"
                        .formatted(known.version(), known.toJson()))
            .orElse("event: unknown\ndata: {}\n\n"));
  }

  /** A reader too slow to follow is let go: it comes back, and then gets the present state. */
  private static void write(HttpServerResponse response, String event) {
    if (response.closed() || response.ended()) {
      return;
    }
    if (response.writeQueueFull()) {
      response.reset();
    } else {
      response.write(event);
    }
  }

  private void health(RoutingContext context) {
    Map<SinkHealth.Part, SinkHealth.Trouble> troubles = health.troubles();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("status", troubles.isEmpty() ? "ok" : "degraded");
    ObjectNode parts = json.putObject("parts");
    for (SinkHealth.Part part : SinkHealth.Part.values()) {
      ObjectNode one = parts.putObject(part.name().toLowerCase(Locale.ROOT));
      SinkHealth.Trouble trouble = troubles.get(part);
      one.put("status", trouble == null ? "ok" : "degraded");
      if (trouble != null) {
        one.put("since", trouble.since().toString()).put("reason", trouble.reason());
      }
    }
    json(context, troubles.isEmpty() ? 200 : 503, json.toString());
  }

  private void metrics(RoutingContext context) {
    context.response().putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    context.end(metrics.scrape());
  }

  /** A query that blocks, off the event loop. */
  private interface Query<T> {
    T run() throws SQLException;
  }

  private <T> Future<T> read(Query<T> query) {
    return vertx.executeBlocking(query::run, false);
  }

  private static String parameter(RoutingContext context, String name) {
    List<String> values = context.queryParam(name);
    return values.isEmpty() ? "" : values.get(0);
  }

  private void unavailable(RoutingContext context, Throwable error) {
    LOG.warn("The page cannot read the database path={}", context.request().path(), error);
    error(context, 503, "the database does not answer; try again later");
  }

  private void failed(RoutingContext context) {
    LOG.error("The page failed path={}", context.request().path(), context.failure());
    error(context, 500, "the page failed; its log says why");
  }

  private static void error(RoutingContext context, int status, String message) {
    json(context, status, JsonNodeFactory.instance.objectNode().put("error", message).toString());
  }

  private static void json(RoutingContext context, int status, String json) {
    if (!context.response().ended()) {
      context.response().setStatusCode(status).putHeader("Content-Type", JSON);
      context.end(json);
    }
  }
}
