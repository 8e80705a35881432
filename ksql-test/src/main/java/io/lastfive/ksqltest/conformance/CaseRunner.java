// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.parser.KsqlParser;
import io.lastfive.ksqlengine.parser.ParseException;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.RegisteredSchemas;
import io.lastfive.ksqltest.driver.RecordBytes;
import io.lastfive.ksqltest.driver.ScriptDriver;
import io.lastfive.ksqltest.driver.ScriptRecord;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Runs one case in the script driver: its statements in order, the inputs one after the other, then
 * what came out beside what should have.
 */
final class CaseRunner {
  private final QttCase test;
  private final ScriptDriver driver;
  private final List<JsonNode> undeclared = new ArrayList<>();

  private CaseRunner(FunctionCatalog functions, QttCase test) {
    this.driver = new ScriptDriver(functions);
    this.test = test;
  }

  static CaseOutcome run(FunctionCatalog functions, QttCase test) {
    CaseRunner runner = new CaseRunner(functions, test);
    try {
      return runner.run();
    } catch (CaseFailure e) {
      return e.outcome();
    } catch (UnsupportedKsqlException e) {
      return CaseOutcome.unsupported(String.valueOf(e.getMessage()));
    } finally {
      runner.driver.close();
    }
  }

  private CaseOutcome run() {
    undeclared.addAll(test.topics());
    test.properties().forEach(driver::set);
    if (test.expectedError().isPresent()) {
      return expectRefusal(test.expectedError().get());
    }
    try {
      execute();
    } catch (UnsupportedKsqlException e) {
      throw e;
    } catch (KsqlException e) {
      return CaseOutcome.failed("refused: " + e.getMessage());
    } catch (RuntimeException e) {
      return CaseOutcome.failed("bug: " + describe(e));
    }
    new PostConditions(driver.catalog(), driver.schemas(), driver.internalTopics(), test.post())
        .check();
    try {
      test.inputs().forEach(driver::pipe);
    } catch (CaseFailure | UnsupportedKsqlException e) {
      throw e;
    } catch (KsqlException e) {
      return CaseOutcome.failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      return CaseOutcome.failed("bug while running: " + describe(e));
    }
    checkOutputs();
    return CaseOutcome.PASSED;
  }

  private static String describe(Throwable e) {
    StringBuilder text = new StringBuilder(e.toString());
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      text.append(" <- ").append(cause);
    }
    StackTraceElement[] stack = e.getStackTrace();
    for (int i = 0; i < Math.min(3, stack.length); i++) {
      text.append(" at ").append(stack[i]);
    }
    return text.toString();
  }

  private CaseOutcome expectRefusal(String message) {
    try {
      execute();
    } catch (UnsupportedKsqlException e) {
      throw e;
    } catch (KsqlException e) {
      String said =
          e.getMessage()
              + "\nStatement: "
              + driver.current()
              + (e instanceof ParseException parse ? "\n" + parse.summary() : "");
      return said.contains(message)
          ? CaseOutcome.PASSED
          : CaseOutcome.failed("expected refusal: " + message + "\n   but it was: " + said);
    } catch (RuntimeException e) {
      return CaseOutcome.failed("bug: " + describe(e));
    }
    return CaseOutcome.failed("accepted, expected refusal: " + message);
  }

  // --- statements

  /** Declared topics get their schemas, and so ids, as the statements come to them. */
  private void declareTopics(String statement) {
    String text = statement.toLowerCase(Locale.ROOT);
    undeclared.removeIf(
        topic -> {
          boolean named = text.contains(topic.path("name").asText().toLowerCase(Locale.ROOT));
          if (named) {
            registerSchemas(topic);
          }
          return named;
        });
  }

  private void registerSchemas(JsonNode topic) {
    String name = topic.path("name").asText();
    if (topic.path("partitions").isInt()) {
      driver.setPartitions(name, topic.path("partitions").asInt());
    }
    register(
        name,
        true,
        topic.path("keyFormat"),
        topic.path("keySchema"),
        topic.path("keySchemaId"),
        topic.path("keySchemaReferences"));
    JsonNode format = topic.has("valueFormat") ? topic.path("valueFormat") : topic.path("format");
    JsonNode schema = topic.has("valueSchema") ? topic.path("valueSchema") : topic.path("schema");
    register(
        name,
        false,
        format,
        schema,
        topic.path("valueSchemaId"),
        topic.path("valueSchemaReferences"));
  }

  private void register(
      String topic,
      boolean isKey,
      JsonNode format,
      JsonNode schema,
      JsonNode id,
      JsonNode references) {
    if (schema.isMissingNode() || schema.isNull()) {
      return;
    }
    String type =
        switch (format.asText("AVRO").toUpperCase(Locale.ROOT)) {
          case "JSON", "JSON_SR" -> "JSON";
          case "PROTOBUF" -> "PROTOBUF";
          default -> "AVRO";
        };
    String text =
        schema.isTextual() && type.equals("PROTOBUF") ? schema.asText() : schema.toString();
    String subject = RegisteredSchemas.subject(topic, isKey);
    if (id.isIntegralNumber() || !references.isEmpty()) {
      List<String> texts = new ArrayList<>();
      references.forEach(reference -> texts.add(reference.path("schema").asText()));
      driver.schemas().register(subject, new RegisteredSchema(id.asInt(), type, text, texts));
    } else {
      driver.schemas().register(subject, type, text);
    }
  }

  private void execute() {
    for (StatementText text : KsqlParser.split(String.join("\n", test.statements()))) {
      declareTopics(text.text());
      driver.execute(text);
    }
  }

  // --- records

  private void checkOutputs() {
    Map<String, List<ScriptRecord>> expected = new LinkedHashMap<>();
    for (ScriptRecord output : test.outputs()) {
      expected
          .computeIfAbsent(output.topic().toLowerCase(Locale.ROOT), topic -> new ArrayList<>())
          .add(output);
    }
    for (String topic : driver.sinkTopics()) {
      List<ScriptRecord> wanted = expected.remove(topic.toLowerCase(Locale.ROOT));
      List<ScriptRecord> actual = driver.written(topic);
      if (wanted != null) {
        checkTopic(topic, wanted, actual);
      } else if (test.outputs().isEmpty() && !actual.isEmpty()) {
        throw wrong("nothing was expected, topic " + topic + " got " + actual.size());
      }
    }
    if (!expected.isEmpty()) {
      throw wrong("no query writes to " + expected.keySet());
    }
  }

  private void checkTopic(String topic, List<ScriptRecord> expected, List<ScriptRecord> actual) {
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      String where = "topic " + topic + ", record " + (i + 1) + ": ";
      checkRecord(where, expected.get(i), actual.get(i));
      Optional<JsonNode> headers = expected.get(i).headers();
      if (headers.isPresent()) {
        checkHeaders(where, headers.get(), driver.topicRecords().rawWritten(topic).get(i));
      }
    }
    if (expected.size() != actual.size()) {
      int first = Math.min(expected.size(), actual.size());
      throw wrong(
          "topic "
              + topic
              + ": expected "
              + expected.size()
              + " records, got "
              + actual.size()
              + (actual.size() > first ? "; the next is " + show(actual.get(first)) : ""));
    }
  }

  private void checkRecord(String where, ScriptRecord expected, ScriptRecord actual) {
    boolean exact = !"false".equals(test.properties().get("use.exact.numeric.comparison"));
    if (!RecordBytes.same(expected.key(), actual.key(), exact)) {
      throw wrong(where + "key " + expected.key() + " expected, got " + show(actual));
    }
    if (!RecordBytes.same(expected.value(), actual.value(), exact)) {
      throw wrong(where + "value " + expected.value() + " expected, got " + show(actual));
    }
    if (expected.timestamp().isPresent() && !expected.timestamp().equals(actual.timestamp())) {
      throw wrong(
          where
              + "timestamp "
              + expected.timestamp().getAsLong()
              + " expected, got "
              + show(actual));
    }
    if (expected.window().isPresent() && !expected.window().equals(actual.window())) {
      throw wrong(
          where
              + "window "
              + expected.window().get()
              + " expected, got "
              + actual.window()
              + " of "
              + show(actual));
    }
  }

  private static void checkHeaders(
      String where, JsonNode expected, TestRecord<byte[], byte[]> actual) {
    List<Header> headers = List.of(actual.headers().toArray());
    boolean same = headers.size() == expected.size();
    for (int i = 0; same && i < headers.size(); i++) {
      same =
          headers.get(i).key().equals(expected.get(i).path("KEY").asText())
              && Base64.getEncoder()
                  .encodeToString(headers.get(i).value())
                  .equals(expected.get(i).path("VALUE").asText());
    }
    if (!same) {
      throw wrong(where + "headers " + expected + " expected, got " + headers);
    }
  }

  private static String show(ScriptRecord record) {
    return record.key() + " " + record.value() + " @" + record.timestamp().orElse(0);
  }

  private static CaseFailure wrong(String reason) {
    return new CaseFailure(CaseOutcome.wrongRows(reason));
  }
}
