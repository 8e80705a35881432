// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lastfive.ksqltest.driver.ScriptRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the files of cases; each {FORMAT} and {CONFIG} of a case makes one of its own. */
final class QttCases {
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private QttCases() {}

  /** The cases of every file in a folder, sorted by the files' names. */
  static List<QttCase> load(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    List<QttCase> cases = new ArrayList<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      String family = name.substring(0, name.length() - ".json".length());
      for (JsonNode test : JSON.readTree(file.toFile()).path("tests")) {
        cases.addAll(expand(family, test));
      }
    }
    return cases;
  }

  /** The REST cases of a file, one a format, as they are. */
  static List<JsonNode> expandRest(Path file) throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    for (JsonNode test : JSON.readTree(file.toFile()).path("tests")) {
      if (test.path("enabled").asBoolean(true)) {
        for (String format : alternatives(test.path("format"))) {
          cases.add(tree(test.toString().replace("{FORMAT}", format)));
        }
      }
    }
    return cases;
  }

  private static List<QttCase> expand(String family, JsonNode test) {
    if (!test.path("enabled").asBoolean(true)) {
      return List.of();
    }
    List<QttCase> cases = new ArrayList<>();
    for (String format : alternatives(test.path("format"))) {
      for (String config : alternatives(test.path("config"))) {
        String text = test.toString().replace("{FORMAT}", format).replace("{CONFIG}", config);
        String name = test.path("name").asText();
        String suffix =
            (format.isEmpty() ? "" : " - " + format) + (config.isEmpty() ? "" : " - " + config);
        cases.add(read(family, name + suffix, tree(text)));
      }
    }
    return cases;
  }

  private static List<String> alternatives(JsonNode node) {
    List<String> values = new ArrayList<>();
    node.forEach(value -> values.add(value.asText()));
    return values.isEmpty() ? List.of("") : values;
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }

  private static QttCase read(String family, String name, JsonNode test) {
    List<String> statements = new ArrayList<>();
    test.path("statements").forEach(statement -> statements.add(statement.asText()));
    Map<String, String> properties = new LinkedHashMap<>();
    test.path("properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), property.getValue().asText()));
    List<JsonNode> topics = new ArrayList<>();
    test.path("topics").forEach(topics::add);
    JsonNode expected = test.path("expectedException");
    return new QttCase(
        family,
        name,
        statements,
        properties,
        topics,
        ScriptRecord.read(test.path("inputs")),
        ScriptRecord.read(test.path("outputs")),
        test.has("post") ? test.get("post") : MissingNode.getInstance(),
        expected.isMissingNode()
            ? Optional.empty()
            : Optional.of(expected.path("message").asText("")));
  }
}
