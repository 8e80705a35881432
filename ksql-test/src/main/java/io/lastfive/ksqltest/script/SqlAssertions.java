// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.AssertSchema;
import io.lastfive.ksqlengine.ast.Statement.AssertSource;
import io.lastfive.ksqlengine.ast.Statement.AssertTombstone;
import io.lastfive.ksqlengine.ast.Statement.AssertTopic;
import io.lastfive.ksqlengine.ast.Statement.AssertValues;
import io.lastfive.ksqlengine.ast.Statement.ColumnDefinition;
import io.lastfive.ksqlengine.ast.Statement.ColumnRole;
import io.lastfive.ksqlengine.ast.Statement.CreateSource;
import io.lastfive.ksqlengine.ast.Statement.InsertValues;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.ksqltest.driver.ScriptDriver;
import io.lastfive.ksqltest.driver.TopicRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ASSERT statements of one test. Each ASSERT VALUES and ASSERT NULL VALUES takes the next
 * record of its topic, as run-ksql-test does.
 */
final class SqlAssertions {
  private static final List<String> WINDOW_BOUNDS = List.of("WINDOWSTART", "WINDOWEND");

  private final ScriptDriver driver;
  private final Map<String, Integer> taken = new HashMap<>();

  SqlAssertions(ScriptDriver driver) {
    this.driver = driver;
  }

  /**
   * Checks an ASSERT; false for any other statement.
   *
   * @throws TestFailure where it does not hold
   * @throws KsqlException where it makes no sense, such as one of an unknown stream
   */
  boolean check(Statement statement) {
    if (statement instanceof AssertValues values) {
      checkValues(values);
    } else if (statement instanceof AssertTombstone tombstone) {
      checkTombstone(tombstone);
    } else if (statement instanceof AssertSource source) {
      checkSource(source.expected());
    } else if (statement instanceof AssertTopic topic) {
      checkTopic(topic);
    } else if (statement instanceof AssertSchema schema) {
      checkSchema(schema);
    } else {
      return false;
    }
    return true;
  }

  // --- rows

  private void checkValues(AssertValues asserted) {
    DataSource source = source(asserted.source());
    TopicRecords.Row actual = next(source);
    if (actual.tombstone() && !source.schema().value().isEmpty()) {
      throw new TestFailure(
          "record %s is a tombstone: %s".formatted(place(source), actual.columns()));
    }
    compare(source, asserted.columns(), asserted.values(), asserted.position(), actual);
  }

  private void checkTombstone(AssertTombstone asserted) {
    DataSource source = source(asserted.source());
    TopicRecords.Row actual = next(source);
    if (!actual.tombstone()) {
      throw new TestFailure(
          "record %s is no tombstone: %s".formatted(place(source), actual.columns()));
    }
    List<String> keys = source.schema().key().stream().map(Column::name).toList();
    compare(
        source,
        asserted.columns().isEmpty() ? keys : asserted.columns(),
        asserted.values(),
        asserted.position(),
        actual);
  }

  private DataSource source(String name) {
    return driver
        .catalog()
        .source(name)
        .orElseThrow(() -> new KsqlException(name + " does not exist."));
  }

  private TopicRecords.Row next(DataSource source) {
    List<TopicRecords.Row> rows = driver.topicRecords().rows(source);
    int index = taken.merge(source.topic(), 1, Integer::sum) - 1;
    if (index >= rows.size()) {
      throw new TestFailure(
          "topic %s has no more records: %d in all".formatted(source.topic(), rows.size()));
    }
    return rows.get(index);
  }

  private String place(DataSource source) {
    return "%d of topic %s".formatted(taken.getOrDefault(source.topic(), 0), source.topic());
  }

  private void compare(
      DataSource source,
      List<String> columns,
      List<Expression> values,
      SourcePosition position,
      TopicRecords.Row actual) {
    List<String> names =
        columns.isEmpty() ? source.schema().columns().stream().map(Column::name).toList() : columns;
    if (names.size() != values.size()) {
      throw new KsqlException(
          "Expected a value for each column: %s, got %d values.".formatted(names, values.size()));
    }
    List<RecordDiff.Field> fields = new ArrayList<>();
    List<String> rowNames = new ArrayList<>();
    List<Expression> rowValues = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (WINDOW_BOUNDS.contains(names.get(i))) {
        fields.addAll(
            RecordDiff.between(names.get(i), literal(values.get(i)), bound(names.get(i), actual)));
      } else {
        rowNames.add(names.get(i));
        rowValues.add(values.get(i));
      }
    }
    // Analysed as if the row were to be written: types, coercions and what does not fit.
    ObjectNode expected =
        driver
            .topicRecords()
            .columns(
                driver.row(
                    new InsertValues(source.name(), rowNames, rowValues, position),
                    writable(source)));
    for (String name : rowNames) {
      fields.addAll(RecordDiff.between(name, expected.path(name), actual.columns().path(name)));
    }
    if (!fields.isEmpty()) {
      throw new TestFailure(
          "record %s is another:\n%s"
              .formatted(
                  place(source),
                  String.join(
                      "\n", RecordDiff.lines(fields).stream().map(line -> "  " + line).toList())));
    }
  }

  /** What ASSERT looks at may be a table of windows, or read-only; INSERT would refuse these. */
  private static DataSource writable(DataSource source) {
    return new DataSource(
        source.kind(),
        source.name(),
        source.schema(),
        source.topic(),
        source.keyFormat(),
        source.valueFormat(),
        Optional.empty(),
        Optional.empty(),
        false,
        source.asSelect(),
        source.statementText());
  }

  private static JsonNode literal(Expression expression) {
    return expression instanceof Literal literal && literal.value() instanceof Number number
        ? JsonNodeFactory.instance.numberNode(number.longValue())
        : NullNode.getInstance();
  }

  private static JsonNode bound(String name, TopicRecords.Row actual) {
    return actual
        .window()
        .<JsonNode>map(
            window ->
                JsonNodeFactory.instance.numberNode(
                    name.equals("WINDOWSTART") ? window.start() : window.end()))
        .orElse(NullNode.getInstance());
  }

  // --- what is there

  private void checkSource(CreateSource expected) {
    DataSource actual =
        driver
            .catalog()
            .source(expected.name())
            .orElseThrow(() -> new TestFailure("there is no stream or table " + expected.name()));
    check("kind", expected.kind().name(), actual.kind().name());
    if (!expected.columns().isEmpty()) {
      check("columns", shown(expected.columns()), shown(actual));
    }
    expected.properties().forEach((name, value) -> checkProperty(name, value, actual));
  }

  private static void checkProperty(String name, Literal literal, DataSource actual) {
    String value = String.valueOf(literal.value());
    switch (name) {
      case "KAFKA_TOPIC" -> check(name, value, actual.topic());
      case "VALUE_FORMAT" -> check(name, value, actual.valueFormat().name());
      case "KEY_FORMAT" -> check(name, value, actual.keyFormat().name());
      case "FORMAT" -> {
        check("KEY_FORMAT", value, actual.keyFormat().name());
        check("VALUE_FORMAT", value, actual.valueFormat().name());
      }
      case "TIMESTAMP" ->
          check(
              name,
              value,
              actual.timestamp().map(DataSource.TimestampColumn::column).orElse("none"));
      case "WINDOW_TYPE" ->
          check(name, value, actual.window().map(window -> window.kind().name()).orElse("none"));
      default ->
          throw new KsqlException(
              "ASSERT does not look at %s. It looks at KAFKA_TOPIC, KEY_FORMAT, VALUE_FORMAT, FORMAT, TIMESTAMP and WINDOW_TYPE."
                  .formatted(name));
    }
  }

  private static String shown(List<ColumnDefinition> columns) {
    return String.join(
        ", ",
        columns.stream()
            .map(
                column ->
                    column.name()
                        + " "
                        + column.type()
                        + (column.role() == ColumnRole.VALUE ? "" : " KEY"))
            .toList());
  }

  private static String shown(DataSource source) {
    List<String> columns = new ArrayList<>();
    source
        .schema()
        .key()
        .forEach(column -> columns.add(column.name() + " " + column.type() + " KEY"));
    source.schema().value().forEach(column -> columns.add(column.name() + " " + column.type()));
    return String.join(", ", columns);
  }

  private static void check(String what, String expected, String actual) {
    if (!expected.equalsIgnoreCase(actual)) {
      throw new TestFailure(
          "%s: expected %s\n%s  got      %s"
              .formatted(what, expected, " ".repeat(what.length()), actual));
    }
  }

  private void checkTopic(AssertTopic asserted) {
    boolean exists =
        driver.catalog().sources().stream()
            .anyMatch(source -> source.topic().equals(asserted.topic()));
    if (exists != asserted.exists()) {
      throw new TestFailure(
          "topic %s %s".formatted(asserted.topic(), exists ? "exists" : "does not exist"));
    }
  }

  private void checkSchema(AssertSchema asserted) {
    boolean exists =
        asserted.subject().map(subject -> driver.schemas().latest(subject).isPresent()).orElse(true)
            && (asserted.id().isEmpty()
                || driver.schemas().byId(asserted.id().getAsInt()).isPresent());
    if (exists != asserted.exists()) {
      throw new TestFailure(
          "the schema %s".formatted(exists ? "is registered" : "is not registered"));
    }
  }
}
