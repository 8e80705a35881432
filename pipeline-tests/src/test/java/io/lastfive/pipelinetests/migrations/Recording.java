// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What ksql-migrations 8.3.1 did on ksqlDB 8.3.1, as recorded in the test resources. */
final class Recording {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path FOLDER = Path.of("src/test/resources/ksql-migrations");

  private Recording() {}

  /** Its project, without the address. */
  static Path copyProject(Path target) throws IOException {
    Path migrations = Files.createDirectories(target.resolve("migrations"));
    try (Stream<Path> scripts = Files.list(FOLDER.resolve("migrations"))) {
      for (Path script : scripts.toList()) {
        Files.copy(script, migrations.resolve(script.getFileName()));
      }
    }
    return target;
  }

  /** Key and value of every record it wrote to the topic of MIGRATION_EVENTS. */
  static List<Map.Entry<String, String>> events() throws IOException {
    List<Map.Entry<String, String>> events = new ArrayList<>();
    for (String line : Files.readAllLines(FOLDER.resolve("rows.txt"), StandardCharsets.UTF_8)) {
      if (line.contains("MIGRATION_SCHEMA_VERSIONS: ")) {
        break;
      }
      String[] columns = line.split("\t", 3);
      if (columns.length == 3) {
        events.add(Map.entry(columns[1], columns[2]));
      }
    }
    return events;
  }

  /** The statement that made a stream or table, as DESCRIBE EXTENDED shows it. */
  static String statement(String source) throws IOException {
    for (String line : Files.readAllLines(FOLDER.resolve("server.txt"), StandardCharsets.UTF_8)) {
      JsonNode description =
          line.startsWith("[") ? JSON.readTree(line).path(0).path("sourceDescription") : null;
      if (description != null && description.path("name").asText().equals(source)) {
        return description.path("statement").asText().replace("rk_", "default_");
      }
    }
    throw new IllegalStateException("not recorded: " + source);
  }

  /** A record without what differs from run to run: times, and the words of an error. */
  static String lasting(Map.Entry<String, String> event) {
    try {
      Map<String, String> columns = new LinkedHashMap<>();
      JSON.readTree(event.getValue())
          .properties()
          .forEach(column -> columns.put(column.getKey(), column.getValue().asText()));
      columns.computeIfPresent("STARTED_ON", (name, time) -> time.isEmpty() ? "" : "(time)");
      columns.computeIfPresent("COMPLETED_ON", (name, time) -> time.isEmpty() ? "" : "(time)");
      columns.computeIfPresent(
          "ERROR_REASON", (name, reason) -> reason.equals("N/A") ? reason : "(reason)");
      return event.getKey() + " " + columns;
    } catch (IOException e) {
      throw new IllegalStateException("not JSON: " + event.getValue(), e);
    }
  }
}
