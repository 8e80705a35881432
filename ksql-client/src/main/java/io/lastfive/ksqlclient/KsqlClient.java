// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: ksqlDB's REST API, and nothing else. Speaks to ksqlDB 7.4 to 8.3 and to the embedded
 * engine alike. Safe for use by many threads.
 *
 * <p>Every method throws {@link KsqlServerException} for what the server refuses, {@link
 * UnavailableError} where it does not answer, and {@link UserError} where it does not let us in.
 */
public final class KsqlClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** ksqlDB waits 5 s for a command and longer for topics: beyond this it is stuck. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  /** The commands before this request's are not executed yet. */
  private static final int COMMAND_QUEUE_TIMEOUT = 50301;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final ObjectMapper json =
      JsonMapper.builder()
          // A request reads the same in every run.
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          // Decimals keep every digit, zeros at the end included.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();
  private final URI address;
  private final Optional<String> authorization;

  public KsqlClient(Settings settings) {
    this(
        settings.get(KnownSettings.KSQLDB_URL),
        settings
            .find(KnownSettings.KSQLDB_USER)
            .map(user -> user + ":" + settings.get(KnownSettings.KSQLDB_PASSWORD)));
  }

  /**
   * @param userInfo {@code user:password} for basic authentication
   */
  public KsqlClient(URI address, Optional<String> userInfo) {
    this.address = address;
    this.authorization =
        userInfo.map(
            info ->
                "Basic "
                    + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8)));
  }

  public URI address() {
    return address;
  }

  /**
   * Runs statements, one after another, and answers ksqlDB's entities as they are, one a statement.
   *
   * @param properties such as {@code auto.offset.reset}, for these statements only
   * @param variables what ${name} stands for
   */
  public List<JsonNode> execute(
      String statements, Map<String, String> properties, Map<String, String> variables) {
    JsonNode answer =
        post(
            "/ksql",
            Map.of(
                "ksql",
                statements,
                "streamsProperties",
                properties,
                "sessionVariables",
                variables));
    List<JsonNode> entities = new ArrayList<>();
    answer.forEach(entities::add);
    return entities;
  }

  /**
   * How far a statement is.
   *
   * @param commandId as in an answer's {@code commandId}: stream/`S`/create
   */
  public CommandStatus commandStatus(String commandId) {
    String path =
        Stream.of(commandId.split("/"))
            .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/"));
    return CommandStatus.of(get("/status/" + path));
  }

  /**
   * Waits some seconds for a command, and those before it, to be executed.
   *
   * @param sequence as in an answer's {@code commandSequenceNumber}
   * @return whether they are
   */
  public boolean awaitExecuted(long sequence) {
    try {
      post("/ksql", Map.of("ksql", "", "commandSequenceNumber", sequence));
      return true;
    } catch (KsqlServerException e) {
      if (e.errorCode() == COMMAND_QUEUE_TIMEOUT) {
        return false;
      }
      throw e;
    }
  }

  /** The service id, with which ksqlDB's own topics begin: {@code default_}. */
  public String serviceId() {
    return get("/info").path("KsqlServerInfo").path("ksqlServiceId").asText();
  }

  /** Starts a push query (EMIT CHANGES) or a pull query; the caller closes it. */
  public RowStream query(String sql, Map<String, String> properties) {
    HttpRequest request =
        request("/query-stream")
            .header("Accept", "application/vnd.ksqlapi.delimited.v1")
            .POST(body(Map.of("sql", sql, "properties", properties)))
            .build();
    HttpResponse<Stream<String>> response = send(request, BodyHandlers.ofLines());
    if (response.statusCode() != 200) {
      try (Stream<String> lines = response.body()) {
        throw refused(response.statusCode(), lines.collect(Collectors.joining("\n")));
      }
    }
    return new RowStream(json, response.body(), this);
  }

  /**
   * As {@link #query}, for a table whose query may be starting yet, which takes ksqlDB up to a
   * minute after a restart: asks again until it is served.
   *
   * @param patience how long; then the last refusal is thrown
   */
  public RowStream queryWhenServed(String sql, Map<String, String> properties, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return query(sql, properties);
      } catch (KsqlServerException e) {
        if (!e.isStarting() || System.nanoTime() > deadline || Thread.interrupted()) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
      }
    }
  }

  /**
   * As {@link #query}, with types and deleted rows; for ksqlDB from 7.4 on.
   *
   * @throws UncheckedIOException where the connection breaks before the header
   */
  public PushRows watch(String sql, Map<String, String> properties) {
    HttpRequest request =
        request("/query-stream")
            .header("Accept", "application/vnd.ksql.v1+json")
            .POST(body(Map.of("sql", sql, "properties", properties)))
            .build();
    HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw refused(response.statusCode(), text(response.body()));
    }
    return new PushRows(json, response.body(), this);
  }

  private static String text(InputStream body) {
    try (body) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Ends a push query; one that has ended already is no error. */
  void closeQuery(String queryId) {
    HttpRequest request =
        request("/close-query")
            .timeout(CONNECT_TIMEOUT)
            .POST(body(Map.of("queryId", queryId)))
            .build();
    send(request, BodyHandlers.discarding());
  }

  private JsonNode get(String path) {
    return answer(request(path).timeout(REQUEST_TIMEOUT).GET().build());
  }

  private JsonNode post(String path, Map<String, ?> body) {
    return answer(request(path).timeout(REQUEST_TIMEOUT).POST(body(body)).build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address.toString().replaceAll("/+$", "") + path))
            .header("Content-Type", "application/json");
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private HttpRequest.BodyPublisher body(Map<String, ?> body) {
    try {
      return BodyPublishers.ofByteArray(json.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a request that cannot be written as JSON", e);
    }
  }

  private JsonNode answer(HttpRequest request) {
    HttpResponse<String> response = send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw refused(response.statusCode(), response.body());
    }
    try {
      return json.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new UserError(
          "What answers at "
              + address
              + " is not ksqlDB: "
              + request.uri().getPath()
              + " is not JSON. Set ksqldb.url to where ksqlDB runs.",
          e);
    }
  }

  private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw UnavailableError.at("ksqlDB", address.toString(), KnownSettings.KSQLDB_URL, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw UnavailableError.at(
          "ksqlDB",
          address.toString(),
          KnownSettings.KSQLDB_URL,
          new InterruptedIOException("interrupted while waiting for its answer"));
    }
  }

  private RuntimeException refused(int status, @Nullable String body) {
    if (status == 401 || status == 403) {
      return new UserError(
          "ksqlDB at "
              + address
              + " refused us with HTTP "
              + status
              + ". Check ksqldb.user and ksqldb.password.");
    }
    JsonNode error;
    try {
      error = json.readTree(body == null ? "" : body);
    } catch (JsonProcessingException e) {
      error = json.createObjectNode();
    }
    if (status == 503 && error.path("error_code").asInt() != COMMAND_QUEUE_TIMEOUT) {
      return new UnavailableError(
          "ksqlDB at "
              + address
              + " is not ready: "
              + error.path("message").asText("HTTP 503")
              + ". Try again in a few seconds.");
    }
    return new KsqlServerException(
        error.path("error_code").asInt(status * 100),
        error.path("message").asText("HTTP " + status),
        error.path("statementText").asText(""));
  }
}
