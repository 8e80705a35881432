// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqltest.driver.RecordBytes;
import io.lastfive.ksqltest.driver.ScriptRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Runs ksqlDB's REST cases against a server of the embedded engine: statements are sent to it,
 * records written to the topics, queries asked until they answer as expected. The server is emptied
 * before each case, so it must be one that nobody else uses.
 */
public final class RestConformance {
  private static final String CASES = "rest-query-validation-tests";
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofMillis(150);

  /** Of a topic of which a case says nothing: rows of tables come in the order of partitions. */
  private static final int PARTITIONS = 4;

  private static final Pattern PARTITIONS_SAID =
      Pattern.compile("partitions\\s*=\\s*(\\d+)", Pattern.CASE_INSENSITIVE);
  private static final String STARTS_WITH = "|starts_with";
  private static final Pattern TOPIC =
      Pattern.compile("kafka_topic\\s*=\\s*'([^']+)'", Pattern.CASE_INSENSITIVE);

  private final KsqlEngine engine;
  private final URI server;
  private final RestCaseSchemas registry;
  private final RecordBytes bytes;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * How the cases ended.
   *
   * @param failures name and reason of those that failed
   */
  public record Result(int passed, int failed, List<String> failures) {
    public Result {
      failures = List.copyOf(failures);
    }

    /** One JSON object on one line. */
    public String toJson() {
      ObjectNode json = QttCases.JSON.createObjectNode();
      json.putObject("rest").put("passed", passed).put("failed", failed);
      return json.toString();
    }

    public String toText() {
      return String.join("\n", failures)
          + String.format(Locale.ROOT, "%n%nREST cases: %d passed, %d failed%n", passed, failed);
    }
  }

  private RestConformance(KsqlEngine engine, URI server, URI registry) {
    this.engine = engine;
    this.server = server;
    this.registry = new RestCaseSchemas(registry);
    this.bytes = new RecordBytes(engine.schemas());
  }

  /** Whether a folder holds REST cases. */
  public static boolean isIn(Path directory) {
    return Files.isDirectory(directory.resolve(CASES));
  }

  /**
   * @param family only this file's cases
   * @param engine behind the server
   * @param registry the engine's
   * @param done told of each case that is over: how it ended, and how long it took
   */
  public static Result run(
      Path directory,
      Optional<String> family,
      Optional<Pattern> name,
      KsqlEngine engine,
      URI server,
      URI registry,
      Consumer<String> done)
      throws IOException {
    RestConformance conformance = new RestConformance(engine, server, registry);
    int passed = 0;
    List<String> failures = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory.resolve(CASES))) {
      files = entries.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      String fileName = String.valueOf(file.getFileName()).replace(".json", "");
      if (family.isPresent() && !List.of(family.get().split(",")).contains(fileName)) {
        continue;
      }
      for (JsonNode test : QttCases.expandRest(file)) {
        String title = test.path("name").asText();
        if (name.isPresent() && !name.get().matcher(title).find()) {
          continue;
        }
        Instant start = Instant.now();
        Optional<String> problem = conformance.problem(test);
        done.accept(
            String.format(
                Locale.ROOT,
                "%s in %d ms: %s: %s%s",
                problem.isEmpty() ? "passed" : "failed",
                Duration.between(start, Instant.now()).toMillis(),
                fileName,
                title,
                problem.map(reason -> "\n   " + reason).orElse("")));
        if (problem.isEmpty()) {
          passed++;
        } else {
          failures.add(fileName + ": " + title + "\n   " + problem.get());
        }
      }
    }
    return new Result(passed, failures.size(), failures);
  }

  private Optional<String> problem(JsonNode test) {
    try {
      empty();
      makeTopics(test);
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
    Optional<String> error =
        test.has("expectedError")
            ? Optional.of(test.path("expectedError").path("message").asText())
            : Optional.empty();
    boolean written = false;
    for (int i = 0; i < test.path("statements").size(); i++) {
      String statement = test.path("statements").get(i).asText();
      JsonNode expected = test.path("responses").path(i);
      boolean query = statement.stripLeading().toUpperCase(Locale.ROOT).startsWith("SELECT");
      if (query && !written) {
        write(test);
        written = true;
      }
      Optional<String> problem =
          query
              ? query(statement, expected.path("query"), properties, error)
              : statement(statement, expected.path("admin"), properties, error);
      if (problem.isPresent()) {
        return problem.get().isEmpty() ? Optional.empty() : problem;
      }
    }
    if (error.isPresent()) {
      return Optional.of("expected to be refused: " + error.get());
    }
    if (!written) {
      write(test);
    }
    return outputs(test);
  }

  /** An empty text: refused as expected, and so passed. */
  private static Optional<String> refusal(HttpResponse<String> answer, Optional<String> error)
      throws IOException {
    String message = QttCases.JSON.readTree(answer.body()).path("message").asText();
    return Optional.of(
        error.isPresent() && message.contains(error.get())
            ? ""
            : "refused: " + message + error.map(e -> "\n   expected: " + e).orElse(""));
  }

  private Optional<String> statement(
      String statement, JsonNode expected, Map<String, Object> properties, Optional<String> error)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post("/ksql", Map.of("ksql", statement, "streamsProperties", properties));
    if (answer.statusCode() != 200) {
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
      String statement, JsonNode expected, Map<String, Object> properties, Optional<String> error)
      throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (true) {
      HttpResponse<String> answer =
          post("/query", Map.of("ksql", statement, "streamsProperties", properties));
      boolean isLate = Instant.now().isAfter(deadline);
      if (answer.statusCode() != 200) {
        Optional<String> refusal = refusal(answer, error);
        boolean restoring = answer.body().contains("Cannot determine which host");
        if (isLate || !restoring) {
          return refusal;
        }
      } else {
        JsonNode rows = QttCases.JSON.readTree(answer.body());
        if (sameRows(expected, rows)) {
          return Optional.empty();
        }
        if (isLate) {
          return Optional.of("answered " + rows + "\n   expected " + expected);
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean sameRows(JsonNode expected, JsonNode actual) {
    if (expected.size() != actual.size()) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      if (!contains(actual.get(i), expected.get(i))) {
        return false;
      }
    }
    return true;
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

  // --- records

  private void write(JsonNode test) {
    List<ScriptRecord> inputs = ScriptRecord.read(test.path("inputs"));
    if (inputs.isEmpty()) {
      return;
    }
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            new HashMap<>(engine.config().kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ScriptRecord input : inputs) {
        DataSource source = source(input.topic());
        producer
            .send(
                new ProducerRecord<>(
                    input.topic(),
                    null,
                    input.timestamp().orElse(0),
                    bytes.key(source, input.key(), input.window()),
                    bytes.value(source, input.value()),
                    RecordBytes.headers(input)))
            .get();
      }
    } catch (ExecutionException e) {
      throw new KsqlException("an input could not be written: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KsqlException("interrupted while writing inputs", e);
    }
  }

  private DataSource source(String topic) {
    return engine.catalog().sources().stream()
        .filter(source -> source.topic().equals(topic))
        .findFirst()
        .orElseThrow(() -> new KsqlException("no stream or table has topic " + topic));
  }

  private Optional<String> outputs(JsonNode test) {
    List<ScriptRecord> expected = ScriptRecord.read(test.path("outputs"));
    Set<String> topics = new LinkedHashSet<>();
    expected.forEach(output -> topics.add(output.topic()));
    for (String topic : topics) {
      List<ScriptRecord> wanted = expected.stream().filter(o -> o.topic().equals(topic)).toList();
      List<ConsumerRecord<byte[], byte[]>> found = read(topic, wanted.size());
      if (found.size() != wanted.size()) {
        return Optional.of(topic + " has " + found.size() + " records, expected " + wanted.size());
      }
      DataSource source = source(topic);
      for (int i = 0; i < wanted.size(); i++) {
        JsonNode key = bytes.keyJson(source, found.get(i).key());
        JsonNode value = bytes.valueJson(source, found.get(i).value());
        boolean same =
            RecordBytes.same(wanted.get(i).key(), key, false)
                && RecordBytes.same(wanted.get(i).value(), value, false)
                && (wanted.get(i).timestamp().isEmpty()
                    || wanted.get(i).timestamp().getAsLong() == found.get(i).timestamp());
        if (!same) {
          return Optional.of(
              topic
                  + " has "
                  + key
                  + " "
                  + value
                  + "\n   expected "
                  + wanted.get(i).key()
                  + " "
                  + wanted.get(i).value());
        }
      }
    }
    return Optional.empty();
  }

  private List<ConsumerRecord<byte[], byte[]>> read(String topic, int count) {
    Map<String, Object> settings = new HashMap<>(engine.config().kafka());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(found -> new TopicPartition(topic, found.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Instant deadline = Instant.now().plus(PATIENCE);
      while (records.size() < count && Instant.now().isBefore(deadline)) {
        consumer.poll(PAUSE).forEach(records::add);
      }
    }
    return records;
  }

  // --- the server before a case

  private void empty() throws IOException, InterruptedException {
    // All topics but the processing log's, which the server makes once.
    String others = "(?!" + Pattern.quote(engine.config().processingLogTopic()) + "$).*";
    post("/ksql/terminate", Map.of("deleteTopicList", List.of(others)));
    List<String> left =
        engine.topics().all().keySet().stream()
            .filter(
                topic ->
                    !topic.startsWith("_") && !topic.equals(engine.config().processingLogTopic()))
            .toList();
    engine.topics().delete(left);
    await(() -> engine.topics().all().keySet().stream().noneMatch(left::contains));
    registry.empty();
  }

  private void makeTopics(JsonNode test) throws IOException, InterruptedException {
    Map<String, Integer> partitions = new HashMap<>();
    for (JsonNode statement : test.path("statements")) {
      Matcher topic = TOPIC.matcher(statement.asText());
      if (topic.find() && !statement.asText().toUpperCase(Locale.ROOT).contains("AS SELECT")) {
        Matcher said = PARTITIONS_SAID.matcher(statement.asText());
        partitions.put(topic.group(1), said.find() ? Integer.parseInt(said.group(1)) : PARTITIONS);
      }
    }
    for (JsonNode topic : test.path("topics")) {
      partitions.put(topic.path("name").asText(), topic.path("partitions").asInt(PARTITIONS));
      registry.register(topic);
    }
    partitions.forEach((topic, count) -> engine.topics().create(topic, count, 1, Map.of()));
    await(() -> partitions.keySet().stream().allMatch(t -> engine.topics().find(t).isPresent()));
  }

  /** What was done is seen by the broker a moment later. */
  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean() && Instant.now().isBefore(deadline)) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private HttpResponse<String> post(String path, Map<String, ?> body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(LONGEST_REQUEST)
            .POST(BodyPublishers.ofString(QttCases.JSON.writeValueAsString(body)))
            .build(),
        BodyHandlers.ofString());
  }
}
