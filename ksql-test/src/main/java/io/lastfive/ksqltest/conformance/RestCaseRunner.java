// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqltest.driver.RecordBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs REST cases one after the other: statements are sent to a server, records written to the
 * topics, queries asked until they answer as expected. The server is emptied before each case. For
 * one thread.
 */
final class RestCaseRunner {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final String STARTS_WITH = "|starts_with";

  private final URI server;
  private final RestCaseTopics topics;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  RestCaseRunner(RestConformance.Stack stack) {
    this.server = stack.server();
    this.topics = new RestCaseTopics(stack.engine(), stack.schemas());
  }

  /** Why the case fails; empty where it passes. */
  Optional<String> problem(JsonNode test) {
    try {
      // All topics but the processing log's, which the server makes once.
      send("/ksql/terminate", Map.of("deleteTopicList", List.of(topics.ofCasesPattern())));
      topics.reset(test);
      return runCase(test);
    } catch (IOException e) {
      return Optional.of("the server did not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    } catch (RuntimeException e) {
      // One case must not keep the others from running; what it stumbled on is its reason.
      return Optional.of(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private Optional<String> runCase(JsonNode test) throws IOException, InterruptedException {
    Map<String, Object> properties = new HashMap<>();
    properties.put("auto.offset.reset", "earliest");
    test.path("properties")
        .properties()
        .forEach(p -> properties.put(p.getKey(), p.getValue().asText()));
    boolean inputsLast =
        test.path("inputConditions").path("waitForActivePushQuery").asBoolean(false);
    JsonNode error = test.path("expectedError");
    boolean written = false;
    for (int i = 0; i < test.path("statements").size(); i++) {
      String statement = test.path("statements").get(i).asText();
      JsonNode expected = test.path("responses").path(i);
      boolean query = statement.stripLeading().toUpperCase(Locale.ROOT).startsWith("SELECT");
      Optional<String> problem;
      if (query && inputsLast && error.isMissingNode()) {
        problem = pushThenWrite(statement, expected.path("query"), properties, test);
        written = true;
      } else if (query) {
        if (!written) {
          topics.write(test);
          topics.awaitQueries();
          written = true;
        }
        problem = query(statement, expected.path("query"), properties, error);
      } else {
        problem = statement(statement, expected.path("admin"), properties, error);
      }
      if (problem.isPresent()) {
        return problem.get().isEmpty() ? Optional.empty() : problem;
      }
    }
    if (!error.isMissingNode()) {
      return Optional.of("expected to be refused: " + error.path("message").asText());
    }
    if (!written) {
      topics.write(test);
    }
    return topics.problemOfOutputs(test, PATIENCE);
  }

  /** An empty text: refused as expected, and so passed. */
  private static Optional<String> refusal(Answer answer, JsonNode error) throws IOException {
    String message = QttCases.JSON.readTree(answer.body()).path("message").asText();
    if (error.isMissingNode()) {
      return Optional.of("refused: " + message);
    }
    int status = error.path("status").asInt(answer.status());
    boolean asExpected =
        message.contains(error.path("message").asText()) && status == answer.status();
    return Optional.of(
        asExpected
            ? ""
            : "refused: " + answer.status() + " " + message + "\n   expected: " + error);
  }

  private Optional<String> statement(
      String statement, JsonNode expected, Map<String, Object> properties, JsonNode error)
      throws IOException, InterruptedException {
    Answer answer = send("/ksql", Map.of("ksql", statement, "streamsProperties", properties));
    if (answer.status() != 200) {
      return refusal(answer, error);
    }
    JsonNode entity = QttCases.JSON.readTree(answer.body()).path(0);
    if (entity.path("commandStatus").path("status").asText().equals("ERROR")) {
      return Optional.of(entity.path("commandStatus").path("message").asText());
    }
    return contains(entity, expected)
        ? Optional.empty()
        : Optional.of("answered " + entity + "\n   expected " + expected);
  }

  private Optional<String> query(
      String statement, JsonNode expected, Map<String, Object> properties, JsonNode error)
      throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      Answer answer = send("/query", Map.of("ksql", statement, "streamsProperties", properties));
      boolean isLate = Instant.now().isAfter(deadline);
      if (answer.status() != 200) {
        Optional<String> refusal = refusal(answer, error);
        boolean restoring = answer.body().contains("Cannot determine which host");
        if (isLate || !restoring) {
          return refusal;
        }
      } else if (!error.isMissingNode()) {
        return Optional.of(
            "answered "
                + answer.body()
                + "\n   expected to be refused: "
                + error.path("message").asText());
      } else {
        Optional<String> problem =
            problemOfRows(answer.body(), expected, !statement.contains("EMIT"));
        if (problem.isEmpty() || isLate) {
          return problem;
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** A push query that begins before there are records to read. */
  private Optional<String> pushThenWrite(
      String statement, JsonNode expected, Map<String, Object> properties, JsonNode test)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        http.send(
            request("/query", Map.of("ksql", statement, "streamsProperties", properties)),
            BodyHandlers.ofInputStream());
    topics.write(test);
    CompletableFuture<String> body =
        CompletableFuture.supplyAsync(
            () -> {
              try (InputStream in = answer.body()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException e) {
                throw new UncheckedIOException("the answer broke off", e);
              }
            });
    try {
      String text = body.get(LONGEST_REQUEST.toMillis(), TimeUnit.MILLISECONDS);
      return answer.statusCode() == 200
          ? problemOfRows(text, expected, false)
          : Optional.of("refused: " + text);
    } catch (ExecutionException e) {
      return Optional.of("the answer could not be read: " + e.getCause());
    } catch (TimeoutException e) {
      answer.body().close();
      return Optional.of("no end of the push query after " + LONGEST_REQUEST);
    }
  }

  /**
   * @param anyOrder whether rows may come in any: those of several partitions have none
   */
  private static Optional<String> problemOfRows(String body, JsonNode expected, boolean anyOrder)
      throws IOException {
    JsonNode rows = QttCases.JSON.readTree(body);
    boolean same = rows.size() == expected.size();
    List<JsonNode> left = new ArrayList<>();
    rows.forEach(left::add);
    for (int i = 0; same && i < expected.size(); i++) {
      JsonNode wanted = expected.get(i);
      int place = 0;
      while (anyOrder && place < left.size() - 1 && !contains(left.get(place), wanted)) {
        place++;
      }
      same = contains(left.remove(place), wanted);
    }
    return same ? Optional.empty() : Optional.of("answered " + rows + "\n   expected " + expected);
  }

  /** Whether an answer has all that is expected of it; it may have more. */
  private static boolean contains(JsonNode actual, JsonNode expected) {
    if (expected.isObject()) {
      return expected.properties().stream()
          .allMatch(field -> has(actual, field.getKey(), field.getValue()));
    }
    return expected.isMissingNode() || RecordBytes.same(expected, actual, false);
  }

  private static boolean has(JsonNode actual, String name, JsonNode expected) {
    if (name.endsWith(STARTS_WITH)) {
      String field = name.substring(0, name.length() - STARTS_WITH.length());
      return actual.path(field).asText().startsWith(expected.asText());
    }
    return contains(actual.path(name), expected);
  }

  private record Answer(int status, String body) {}

  /** The whole answer: one that does not end in time is given up, and so is its query. */
  private Answer send(String path, Map<String, ?> body) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(request(path, body), BodyHandlers.ofString());
    try {
      HttpResponse<String> answer = sent.get(LONGEST_REQUEST.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(answer.statusCode(), answer.body());
    } catch (ExecutionException e) {
      throw new IOException("POST " + path + " failed", e.getCause());
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw new IOException("no end of the answer after " + LONGEST_REQUEST, e);
    }
  }

  private HttpRequest request(String path, Map<String, ?> body) throws IOException {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(LONGEST_REQUEST)
        .POST(BodyPublishers.ofString(QttCases.JSON.writeValueAsString(body)))
        .build();
  }
}
