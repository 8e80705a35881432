// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Statements to parse from outside of the project: ksqlDB's public query test cases and the
 * recorded requests to a server, in {@code ../shared} beside the checkout. None where that is
 * absent.
 */
final class KnownStatements {

  /** Statements of one case; where it expects a refusal, that refusal as JSON. */
  record Case(String name, List<String> statements, String expectedError) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SHARED = Path.of("..", "..", "shared");

  private KnownStatements() {}

  static List<Case> queryTestCases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (Path file : jsonFiles(SHARED.resolve("qtt"))) {
      for (JsonNode test : JSON.readTree(file.toFile()).path("tests")) {
        List<String> statements = new ArrayList<>();
        test.path("statements")
            .forEach(s -> statements.add(s.asText().replace("{FORMAT}", "JSON")));
        JsonNode error = test.path("expectedException");
        error = error.isMissingNode() ? test.path("expectedError") : error;
        cases.add(
            new Case(
                file.getFileName() + ": " + test.path("name").asText(),
                statements,
                error.path("message").asText()));
      }
    }
    return cases;
  }

  static List<Case> recordedRequests() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (Path file : jsonFiles(SHARED.resolve("ksqldb-transcripts"))) {
      JsonNode exchanges = JSON.readTree(file.toFile());
      for (int i = 0; exchanges.isArray() && i < exchanges.size(); i++) {
        JsonNode body = exchanges.get(i).path("request").path("body");
        String sql = body.path("ksql").asText(body.path("sql").asText());
        JsonNode answer = exchanges.get(i).path("response").path("body");
        if (!sql.isEmpty()) {
          cases.add(
              new Case(
                  file.getFileName() + "[" + i + "]: " + sql, List.of(sql), errorMessage(answer)));
        }
      }
    }
    return cases;
  }

  private static String errorMessage(JsonNode answer) throws IOException {
    if (!answer.asText().startsWith("{")) {
      return "";
    }
    return JSON.readTree(answer.asText().lines().findFirst().orElseThrow())
        .path("message")
        .asText();
  }

  /** The variables the recorded requests were sent with. */
  static Map<String, String> variables() {
    return Map.of("name", "vars", "fmt", "JSON");
  }

  private static List<Path> jsonFiles(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
