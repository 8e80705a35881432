// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.page.pipeline.PipelineWatch;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Map;

/** What those who operate it ask: health, metrics, how the whole pipeline does. */
final class OperationsApi {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Vertx vertx;
  private final SinkHealth health;
  private final PrometheusMeterRegistry metrics;
  private final PipelineWatch pipeline;

  OperationsApi(
      Vertx vertx, SinkHealth health, PrometheusMeterRegistry metrics, PipelineWatch pipeline) {
    this.vertx = vertx;
    this.health = health;
    this.metrics = metrics;
    this.pipeline = pipeline;
  }

  /** {@code GET /health}: 200 where all is well, 503 where not; why, for those who may know. */
  void health(RoutingContext context, boolean withReasons) {
    Map<SinkHealth.Part, SinkHealth.Trouble> troubles = health.troubles();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("status", troubles.isEmpty() ? "ok" : "degraded");
    if (withReasons) {
      ObjectNode parts = json.putObject("parts");
      for (SinkHealth.Part part : health.parts()) {
        ObjectNode one = parts.putObject(part.name().toLowerCase(Locale.ROOT));
        SinkHealth.Trouble trouble = troubles.get(part);
        one.put("status", trouble == null ? "ok" : "degraded");
        if (trouble != null) {
          one.put("since", trouble.since().toString()).put("reason", trouble.reason());
        }
      }
    }
    Answers.json(context, troubles.isEmpty() ? 200 : 503, json.toString());
  }

  /** {@code GET /metrics}, for Prometheus. */
  void metrics(RoutingContext context) {
    vertx
        .executeBlocking(metrics::scrape, false)
        .onSuccess(
            scraped -> {
              context.response().putHeader(HttpHeaders.CONTENT_TYPE, PROMETHEUS);
              Answers.content(context, Buffer.buffer(scraped));
            })
        .onFailure(context::fail);
  }

  /** {@code GET /api/pipeline}. */
  void pipeline(RoutingContext context) {
    Answers.taggedJson(context, pipeline.toJson());
  }
}
