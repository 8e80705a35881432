// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to the first registry that answers, and tries them all again, each time waiting
 * longer, while none does. Every request of this client may safely be sent twice.
 */
final class RegistryHttp {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Set<Integer> WORTH_RETRYING = Set.of(408, 429, 502, 503, 504);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryConfig config;
  private final HttpClient http;
  private volatile int preferred;

  RegistryHttp(RegistryConfig config) {
    this.config = config;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(config.connectTimeout());
    config.tls().ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  String addresses() {
    return config.addresses();
  }

  JsonNode get(String path) {
    return send("GET", path, null);
  }

  JsonNode post(String path, JsonNode body) {
    return send("POST", path, body);
  }

  JsonNode put(String path, JsonNode body) {
    return send("PUT", path, body);
  }

  JsonNode delete(String path) {
    return send("DELETE", path, null);
  }

  private JsonNode send(String method, String path, @Nullable JsonNode body) {
    int attempts = config.maxRetries() + 1;
    String reason = "";
    Throwable cause = null;
    for (int attempt = 1; attempt <= attempts; attempt++) {
      for (int i = 0; i < config.urls().size(); i++) {
        int index = (preferred + i) % config.urls().size();
        try {
          HttpResponse<String> response =
              http.send(
                  request(config.urls().get(index), method, path, body),
                  HttpResponse.BodyHandlers.ofString());
          if (!WORTH_RETRYING.contains(response.statusCode())) {
            preferred = index;
            return answer(method, config.urls().get(index) + path, response);
          }
          reason = "status " + response.statusCode();
        } catch (IOException e) {
          reason = e instanceof ConnectException ? "connection refused" : describe(e);
          cause = e;
        } catch (InterruptedException e) {
          throw new InterruptException(e);
        }
      }
      if (attempt < attempts) {
        sleep(backoff(attempt));
      }
    }
    throw new SchemaRegistryUnavailableException(
        "the schema registry at %s could not be asked (%s, %d attempts). Start it, or set schema.registry.url to where it is."
            .formatted(addresses(), reason, attempts),
        cause == null ? new IOException(reason) : cause);
  }

  private HttpRequest request(URI url, String method, String path, @Nullable JsonNode body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(config.readTimeout())
            .header("Accept", CONTENT_TYPE + ", application/json")
            .header("Content-Type", CONTENT_TYPE)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8));
    config.authorization().ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  private static JsonNode answer(String method, String url, HttpResponse<String> response) {
    Optional<JsonNode> body = parse(response.body());
    int status = response.statusCode();
    if (status / 100 == 2 && body.isPresent()) {
      return body.get();
    }
    if (status == 401 || status == 403) {
      throw new SchemaRegistryException(
          "%s %s: the registry refused the credentials (status %d). Check basic.auth.credentials.source and basic.auth.user.info."
              .formatted(method, url, status),
          status,
          status);
    }
    if (body.isEmpty() || !body.get().has("error_code")) {
      throw new SchemaRegistryException(
          "%s %s: the answer (status %d) is not a schema registry's. Check schema.registry.url."
              .formatted(method, url, status),
          status,
          status);
    }
    int errorCode = body.get().get("error_code").asInt(status);
    throw new SchemaRegistryException(
        "%s %s: %s (error code %d)"
            .formatted(method, url, body.get().path("message").asText(), errorCode),
        status,
        errorCode);
  }

  private static Optional<JsonNode> parse(String body) {
    try {
      return Optional.ofNullable(JSON.readTree(body)).filter(node -> !node.isMissingNode());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Doubles with each attempt up to the bound; the random half keeps clients from coming in step.
   */
  private Duration backoff(int attempt) {
    long millis =
        Math.min(
            config.maxBackoff().toMillis(),
            config.firstBackoff().toMillis() << Math.min(attempt - 1, 20));
    return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static String describe(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
