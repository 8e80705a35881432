// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqltest.driver.ScriptDriver;
import io.lastfive.ksqltest.driver.ScriptRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A test in ksql-test-runner's format: records that go in and every record that must come out, in
 * its order. Topics that output.json does not name are not looked at.
 *
 * @param file the folder
 * @param scripts the statements: files, or folders of them
 */
record JsonCase(
    String file,
    String name,
    List<Path> scripts,
    List<ScriptRecord> inputs,
    List<ScriptRecord> outputs)
    implements ScriptTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static final String STATEMENTS = "statements.sql";
  private static final String INPUT = "input.json";
  private static final String OUTPUT = "output.json";

  /** After so many records that differ, the others are only counted. */
  private static final int MOST_SHOWN = 3;

  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(INPUT)) || Files.exists(folder.resolve(OUTPUT));
  }

  /**
   * Reads a folder with input.json, output.json and, where it has statements of its own,
   * statements.sql.
   *
   * @param scripts what holds otherwise
   */
  static JsonCase read(Path folder, List<Path> scripts) {
    Path own = folder.resolve(STATEMENTS);
    if (!Files.exists(own) && scripts.isEmpty()) {
      throw new MalformedTestException(
          "'%s' has no %s, and there are no migrations/ beside it.".formatted(folder, STATEMENTS));
    }
    return new JsonCase(
        folder.toString(),
        String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
        Files.exists(own) ? List.of(own) : List.copyOf(scripts),
        records(folder.resolve(INPUT), "inputs"),
        records(folder.resolve(OUTPUT), "outputs"));
  }

  private static List<ScriptRecord> records(Path file, String field) {
    JsonNode records;
    try {
      records = JSON.readTree(Scripts.text(file)).path(field);
    } catch (JsonProcessingException e) {
      throw new MalformedTestException(
          "%s:%d:%d: this is no JSON: %s"
              .formatted(
                  file,
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr(),
                  e.getOriginalMessage().replaceAll("\\[Source: [^;]*; ", "[")),
          e);
    }
    if (!records.isArray()) {
      throw new MalformedTestException("'%s' has no array '%s'.".formatted(file, field));
    }
    for (JsonNode record : records) {
      if (!record.path("topic").isTextual()) {
        throw new MalformedTestException(
            "'%s' has a record without 'topic': %s".formatted(file, record));
      }
    }
    return ScriptRecord.read(records);
  }

  @Override
  public void run(ScriptDriver driver) {
    scripts.forEach(script -> Scripts.run(script, driver));
    check(driver);
  }

  /** Puts the records in, with the statements done, and compares what comes out. */
  void check(ScriptDriver driver) {
    for (int i = 0; i < inputs.size(); i++) {
      try {
        driver.pipe(inputs.get(i));
      } catch (KsqlException refused) {
        throw new TestFailure(
            "%s: input %d, topic %s: %s"
                .formatted(INPUT, i + 1, inputs.get(i).topic(), refused.getMessage()),
            refused);
      }
    }
    Map<String, List<ScriptRecord>> expected = new LinkedHashMap<>();
    for (ScriptRecord output : outputs) {
      expected
          .computeIfAbsent(output.topic().toLowerCase(Locale.ROOT), topic -> new ArrayList<>())
          .add(output);
    }
    List<String> problems = new ArrayList<>();
    expected.values().forEach(records -> compare(records, driver, problems));
    if (expected.isEmpty()) {
      driver.sinkTopics().forEach(topic -> compareWithNothing(topic, driver, problems));
    }
    if (!problems.isEmpty()) {
      throw new TestFailure(String.join("\n", problems));
    }
  }

  private static void compare(
      List<ScriptRecord> expected, ScriptDriver driver, List<String> problems) {
    String topic = expected.get(0).topic();
    List<ScriptRecord> actual;
    try {
      actual = driver.written(topic);
    } catch (KsqlException unknown) {
      problems.add("topic " + topic + ": no stream or table has it");
      return;
    }
    int different = 0;
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      List<RecordDiff.Field> fields = differences(expected.get(i), actual.get(i));
      if (!fields.isEmpty() && ++different <= MOST_SHOWN) {
        problems.add("topic %s, record %d of %d:".formatted(topic, i + 1, expected.size()));
        RecordDiff.lines(fields).forEach(line -> problems.add("  " + line));
      }
    }
    if (different > MOST_SHOWN) {
      problems.add("topic %s: %d more records differ".formatted(topic, different - MOST_SHOWN));
    }
    addCount(topic, expected, actual, problems);
  }

  private static void addCount(
      String topic, List<ScriptRecord> expected, List<ScriptRecord> actual, List<String> problems) {
    int both = Math.min(expected.size(), actual.size());
    if (expected.size() > both) {
      problems.add(
          "topic %s: expected %d records, got %d; the first that is missing is %s"
              .formatted(topic, expected.size(), both, shown(expected.get(both))));
    } else if (actual.size() > both) {
      problems.add(
          "topic %s: expected %d records, got %d; the first that is too many is %s"
              .formatted(topic, both, actual.size(), shown(actual.get(both))));
    }
  }

  private static void compareWithNothing(String topic, ScriptDriver driver, List<String> problems) {
    addCount(topic, List.of(), driver.written(topic), problems);
  }

  private static List<RecordDiff.Field> differences(ScriptRecord expected, ScriptRecord actual) {
    List<RecordDiff.Field> fields =
        new ArrayList<>(RecordDiff.between("key", expected.key(), actual.key()));
    fields.addAll(RecordDiff.between("value", expected.value(), actual.value()));
    if (expected.timestamp().isPresent()) {
      fields.addAll(
          RecordDiff.between(
              "timestamp",
              LongNode.valueOf(expected.timestamp().getAsLong()),
              LongNode.valueOf(actual.timestamp().orElse(0))));
    }
    if (expected.window().isPresent()) {
      fields.addAll(RecordDiff.between("window", json(expected.window()), json(actual.window())));
    }
    return fields;
  }

  private static JsonNode json(Optional<ScriptRecord.Window> window) {
    return window
        .<JsonNode>map(
            bounds ->
                JSON.createObjectNode()
                    .put("start", bounds.start())
                    .put("end", bounds.end())
                    .put("type", bounds.session() ? "session" : "time"))
        .orElse(MissingNode.getInstance());
  }

  private static String shown(ScriptRecord record) {
    return "key %s, value %s%s"
        .formatted(
            record.key(),
            record.value(),
            record.timestamp().isPresent() ? ", timestamp " + record.timestamp().getAsLong() : "");
  }
}
