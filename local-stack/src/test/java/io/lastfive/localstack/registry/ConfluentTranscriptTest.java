// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Sends what was once sent to Confluent's schema registry 8.3.1, in order, and compares the
 * answers: status, content type, fields and their order exactly; the free text of messages by the
 * names, numbers and schemas it holds; times by being there.
 */
class ConfluentTranscriptTest {
  private static final String RECORDING = "schema-registry-transcript.json";
  private static final Pattern WORD = Pattern.compile("\\w+(?:[.-]\\w+)*");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void answersWhatConfluentsRegistryAnswered() throws Exception {
    Optional<Path> recording = recording();
    assumeTrue(recording.isPresent(), "no recording: ../shared/" + RECORDING + " is absent");
    List<String> differences = new ArrayList<>();

    try (RegistryServer server = RegistryServer.on(new MemorySchemaLog(), "127.0.0.1", 0)) {
      HttpClient client = HttpClient.newHttpClient();
      for (JsonNode exchange : JSON.readTree(Files.readString(recording.get()))) {
        JsonNode request = exchange.get("request");
        HttpResponse<String> response = send(client, server.port(), request);
        String expected = expected(request, exchange.get("response"));
        String actual = actual(request, response);
        if (!actual.equals(expected)) {
          differences.add(
              "%s %s %s%n  expected %s%n  but got  %s"
                  .formatted(
                      request.get("method").asText(),
                      request.get("path").asText(),
                      request.get("body"),
                      expected,
                      actual));
        }
      }
    }

    assertThat(differences).isEmpty();
  }

  private static HttpResponse<String> send(HttpClient client, int port, JsonNode request)
      throws IOException, InterruptedException {
    JsonNode body = request.get("body");
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + port + request.get("path").asText()))
            .method(
                request.get("method").asText(),
                body.isNull()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body.isTextual() ? body.asText() : body.toString()));
    request
        .get("headers")
        .properties()
        .forEach(header -> builder.header(header.getKey(), header.getValue().asText()));
    return client.send(builder.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String expected(JsonNode request, JsonNode response)
      throws JsonProcessingException {
    return comparable(
        request,
        response.get("status").asInt(),
        response.get("headers").get("content-type").asText("none"),
        response.get("body").asText());
  }

  private static String actual(JsonNode request, HttpResponse<String> response)
      throws JsonProcessingException {
    return comparable(
        request,
        response.statusCode(),
        response.headers().firstValue("content-type").orElse("none"),
        response.body());
  }

  private static String comparable(JsonNode request, int status, String contentType, String body)
      throws JsonProcessingException {
    JsonNode tree = JSON.readTree(body);
    tree.findParents("ts").forEach(node -> ((ObjectNode) node).put("ts", "a time"));
    if (tree.has("message")) {
      ((ObjectNode) tree).put("message", meaning(tree.get("message").asText(), request));
    }
    return status + " " + (contentType.equals("null") ? "none" : contentType) + " " + tree;
  }

  private static String meaning(String message, JsonNode request) {
    Set<String> meaning = words(message);
    Set<String> asked = words(request.toString());
    meaning.removeIf(word -> !asked.contains(word) && !word.matches("\\d+|[A-Z]+_[A-Z_]+"));
    return meaning.toString();
  }

  private static Set<String> words(String text) {
    return WORD.matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Beside the work tree, or where the system property says. */
  private static Optional<Path> recording() {
    String given = System.getProperty("lastfive.shared");
    if (given != null) {
      return Optional.of(Path.of(given, RECORDING)).filter(Files::exists);
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path candidate = folder.resolve("shared").resolve(RECORDING);
      if (Files.exists(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
