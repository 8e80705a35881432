// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.page.pipeline.PipelineWatch;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry point: serves the customer page and its API from what the sink has written.
 *
 * <pre>
 *   /  /customers/ID            the page (resources beside this class; no request leaves for another host)
 *   /pipeline                   the whole pipeline as a picture
 *   /api/customers?query=       customers by the beginning of their id or of words of their names
 *   /api/customers/ID/payments  the last five, newest first
 *   /api/customers/ID/events    the same as server-sent events, again whenever it changes
 *   /api/pipeline               what the picture shows
 *   /openapi.json               all of these described
 *   /health  /metrics           for those who operate it
 * </pre>
 *
 * <p>Only reads. Works with a sink in this process or in another one, and while anything but the
 * database is away.
 */
public final class CustomerPage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CustomerPage.class);
  private static final int DATABASE_CONNECTIONS = 8;

  /** Who takes nothing for so long is gone; event streams are written to more often. */
  private static final int LONGEST_WITHOUT_WRITE_SECONDS = 60;

  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setWorkerPoolSize(DATABASE_CONNECTIONS));
  private final PageDatabase database;
  private final AccessCheck access;
  private final LiveUpdates liveUpdates;
  private final PipelineWatch pipeline;
  private final StaticFiles files = new StaticFiles();
  private final CustomerApi customers;
  private final OperationsApi operations;
  private final HttpServer server;
  private final String host;

  private CustomerPage(
      Settings settings,
      AccessCheck access,
      PageDatabase database,
      SinkHealth health,
      PrometheusMeterRegistry metrics) {
    this.access = access;
    this.database = database;
    this.host = settings.get(KnownSettings.PAGE_HOST);
    CustomerQueries queries = new CustomerQueries(database.connections());
    DataAge dataAge = new DataAge(settings.get(KnownSettings.PAGE_STALE_AFTER));
    this.liveUpdates = new LiveUpdates(settings, queries, dataAge, health);
    this.customers = new CustomerApi(vertx, queries, liveUpdates, dataAge);
    this.pipeline =
        PipelineWatch.start(
            settings, database.connections(), metrics, dataAge::toJson, customers::watching);
    this.operations = new OperationsApi(vertx, health, metrics, pipeline);
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setCompressionSupported(true)
                    .setWriteIdleTimeout(LONGEST_WITHOUT_WRITE_SECONDS))
            .requestHandler(routes());
    register(metrics, dataAge, customers);
  }

  /**
   * Starts to listen; returns once it does.
   *
   * @throws UserError the port is taken, no sink has written to this database yet, or this user may
   *     not read it
   */
  public static CustomerPage start(
      Settings settings, SinkHealth health, PrometheusMeterRegistry metrics) {
    AccessCheck access = AccessCheck.of(settings);
    CustomerPage page =
        new CustomerPage(
            settings, access, PageDatabase.open(settings, DATABASE_CONNECTIONS), health, metrics);
    int port = settings.get(KnownSettings.PAGE_PORT);
    try {
      page.server.listen(port, page.host).toCompletionStage().toCompletableFuture().get();
      page.warnWhereOpenToOthers();
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
    pipeline.close();
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
    router.route().handler(this::onlyReads);
    router.route("/health").handler(context -> operations.health(context, access.admits(context)));
    router.route().handler(this::onlyAdmitted);
    files.addTo(router);
    router.route("/").handler(files::home);
    router.route("/customers/:id").handler(context -> customers.page(context, files));
    router.route("/api/customers").handler(customers::search);
    router.route("/api/customers/:id/payments").handler(customers::payments);
    router.route("/api/customers/:id/events").handler(customers::events);
    router.route("/api/pipeline").handler(operations::pipeline);
    router.route("/metrics").handler(operations::metrics);
    router
        .route()
        .handler(
            context ->
                Answers.error(
                    context, 404, "there is nothing at '" + context.request().path() + "'"));
    router.errorHandler(400, context -> Answers.error(context, 400, "the address is malformed"));
    router.errorHandler(500, this::failed);
    return router;
  }

  private void secure(RoutingContext context) {
    context
        .response()
        .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Cross-Origin-Opener-Policy", "same-origin")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    context.next();
  }

  private void onlyReads(RoutingContext context) {
    HttpMethod method = context.request().method();
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      context.next();
    } else {
      context.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
      Answers.error(context, 405, "only GET and HEAD are served");
    }
  }

  private void onlyAdmitted(RoutingContext context) {
    if (access.admits(context)) {
      context.next();
    } else {
      access.refuse(context);
    }
  }

  private void failed(RoutingContext context) {
    LOG.error("The page failed path={}", context.request().path(), context.failure());
    Answers.error(context, 500, "the page failed; its log says why");
  }

  private void warnWhereOpenToOthers() {
    try {
      if (!access.asks() && !InetAddress.getByName(host).isLoopbackAddress()) {
        LOG.warn(
            "The page listens beyond this machine and asks nobody who they are; set page.user and page.password, or page.token host={}",
            host);
      }
    } catch (UnknownHostException gone) {
      LOG.debug("The page's host has no address any more host={}", host, gone);
    }
  }

  private static void register(MeterRegistry metrics, DataAge dataAge, CustomerApi customers) {
    TimeGauge.builder(
            "lastfive.page.data.age",
            dataAge,
            TimeUnit.MILLISECONDS,
            age -> age.age().map(known -> (double) known.toMillis()).orElse(Double.NaN))
        .description("Age of the newest record that any sink has written")
        .register(metrics);
    Gauge.builder("lastfive.page.watching", customers, CustomerApi::watching)
        .description("Browsers that watch a customer now")
        .register(metrics);
  }
}
