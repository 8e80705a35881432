// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.ksql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.serde.RegistrySchemaStore;
import io.lastfive.ksqlengine.server.KsqlServer;
import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedRegistry;
import io.lastfive.registry.SchemaRegistryClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends the recorded requests to the embedded engine, in their order, and compares its answers with
 * those of the ksqlDB 8.3.1 they were recorded from, in {@code ../shared} beside the checkout;
 * passes on nothing where that is absent. What differs on purpose is named in {@link #DIFFERENT}.
 */
class KsqlTranscriptIT {

  private static final String OLD_RECORDS_GONE =
      "the recorded server's broker had deleted the oldest records, whose times were months ago";

  private static final String TERMINATED_IN_TIME =
      "the recorded server needed more than 5 s to end its queries";

  /** Exchanges whose statuses differ, and why. */
  private static final Map<String, String> OTHER_STATUS =
      Map.of("12-lifecycle.json[15]", TERMINATED_IN_TIME);

  /** Exchanges whose answers differ, by file and place, and why; their statuses are the same. */
  private static final Map<String, String> DIFFERENT =
      Map.ofEntries(
          Map.entry("06-pull.json[7]", OLD_RECORDS_GONE),
          Map.entry("06-pull.json[13]", OLD_RECORDS_GONE),
          Map.entry("07-push.json[0]", OLD_RECORDS_GONE),
          Map.entry("07-push.json[1]", OLD_RECORDS_GONE),
          Map.entry("07-push.json[2]", OLD_RECORDS_GONE),
          Map.entry("07-push.json[10]", OLD_RECORDS_GONE),
          Map.entry("07-push.json[3]", "a push query's changes come at once, not once in 2 s"),
          Map.entry("12-lifecycle.json[13]", TERMINATED_IN_TIME),
          Map.entry("12-lifecycle.json[14]", TERMINATED_IN_TIME),
          Map.entry("12-lifecycle.json[16]", TERMINATED_IN_TIME));

  private static final Path TRANSCRIPTS = Path.of("..", "..", "shared", "ksqldb-transcripts");
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static EmbeddedKafka kafka;
  private static EmbeddedRegistry registry;
  private static KsqlEngine engine;
  private static KsqlServer server;
  private static Vertx vertx;
  private static HttpClient http1;
  private static HttpClient http2;

  @BeforeAll
  static void start(@TempDir Path state) throws IOException {
    kafka = EmbeddedKafka.start();
    registry = EmbeddedRegistry.start(kafka);
    engine =
        new KsqlEngine(
            new EngineConfig(
                "rk_", Map.of("bootstrap.servers", kafka.bootstrapServers()), state, Map.of()),
            new BuiltInFunctions(),
            new RegistrySchemaStore(SchemaRegistryClient.at(registry.url())));
    server = KsqlServer.start(engine, "127.0.0.1", 0);
    vertx = Vertx.vertx();
    http1 = vertx.createHttpClient();
    http2 =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
  }

  @AfterAll
  static void stop() {
    vertx.close();
    server.close();
    engine.close();
    registry.close();
    kafka.close();
  }

  @TestFactory
  Stream<DynamicContainer> answersAsTheRecordedServerDid() throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(TRANSCRIPTS)) {
      try (Stream<Path> all = Files.list(TRANSCRIPTS)) {
        all.filter(file -> file.toString().endsWith(".json")).sorted().forEach(files::add);
      }
    }
    return files.stream().map(KsqlTranscriptIT::replay);
  }

  private static DynamicContainer replay(Path file) {
    try {
      JsonNode exchanges = JSON.readTree(file.toFile());
      List<DynamicTest> tests = new ArrayList<>();
      for (int i = 0; i < exchanges.size(); i++) {
        Exchange exchange = new Exchange(file.getFileName() + "[" + i + "]", exchanges.get(i));
        tests.add(dynamicTest(exchange.toString(), exchange::run));
      }
      return dynamicContainer(file.getFileName().toString(), tests);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private record Answer(int status, String body) {}

  private record Exchange(String place, JsonNode recorded) {

    @Override
    public String toString() {
      JsonNode request = recorded.path("request");
      return place + " " + request.path("path").asText() + " " + sql();
    }

    private String sql() {
      JsonNode body = recorded.path("request").path("body");
      return body.path("ksql").asText(body.path("sql").asText());
    }

    void run() throws Exception {
      Answer expected =
          new Answer(
              recorded.path("response").path("status").asInt(),
              recorded.path("response").path("body").asText(""));
      Answer actual = send();
      Instant deadline = Instant.now().plus(PATIENCE);
      while (changesNothing() && !same(expected, actual) && Instant.now().isBefore(deadline)) {
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        actual = send();
      }
      if (OTHER_STATUS.containsKey(place)) {
        return;
      }
      assertThat(actual.status()).as(actual.body()).isEqualTo(expected.status());
      if (!DIFFERENT.containsKey(place)) {
        assertThat(normalized(actual.body())).isEqualTo(normalized(expected.body()));
      }
    }

    private boolean same(Answer expected, Answer actual) throws IOException {
      return actual.status() == expected.status()
          && (DIFFERENT.containsKey(place)
              || normalized(actual.body()).equals(normalized(expected.body())));
    }

    /** A pull query or a LIST may be asked again until what was sent before has arrived. */
    private boolean changesNothing() {
      String sql = sql();
      return sql.startsWith("SELECT")
          || sql.startsWith("LIST")
          || sql.startsWith("SHOW")
          || sql.startsWith("DESCRIBE");
    }

    private Answer send() throws Exception {
      JsonNode request = recorded.path("request");
      JsonNode body = request.path("body");
      String text =
          body.isTextual()
              ? body.asText()
              : body.isMissingNode() || body.isNull() ? "" : body.toString();
      // The first is the one that was refused for speaking HTTP/1.1.
      boolean inserts = request.path("path").asText().equals("/inserts-stream");
      HttpClient client = inserts && !place.endsWith("[0]") ? http2 : http1;
      return client
          .request(
              new RequestOptions()
                  .setMethod(HttpMethod.valueOf(request.path("method").asText()))
                  .setHost("127.0.0.1")
                  .setPort(server.port())
                  .setURI(request.path("path").asText()))
          .compose(
              out -> {
                request
                    .path("headers")
                    .properties()
                    .forEach(h -> out.putHeader(h.getKey(), h.getValue().asText()));
                // The body is asked for where the answer arrives: asked for from this thread it may
                // have gone by already, and is empty then.
                return out.send(Buffer.buffer(text))
                    .compose(in -> in.body().map(b -> new Answer(in.statusCode(), b.toString())));
              })
          .toCompletionStage()
          .toCompletableFuture()
          .get(15, TimeUnit.SECONDS);
    }
  }

  // --- what cannot be the same

  private static List<JsonNode> normalized(String body) throws IOException {
    List<JsonNode> parts = new ArrayList<>();
    for (String line : body.startsWith("[") ? List.of(body) : body.lines().toList()) {
      if (!line.isBlank()) {
        parts.add(
            line.startsWith("[") || line.startsWith("{")
                ? normalized(JSON.readTree(line))
                : JSON.getNodeFactory()
                    .textNode(line.replaceFirst("rowtime: .{25},", "rowtime: T,")));
      }
    }
    // Acknowledgments come in any order.
    if (parts.stream().allMatch(part -> part.has("seq"))) {
      parts.sort(Comparator.comparing(part -> part.path("seq").asInt()));
    }
    return parts;
  }

  private static JsonNode normalized(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.remove(
          List.of(
              "topology", "executionPlan", "tasksMetadata", "clusterStatistics", "kafka-cluster"));
      object.remove(List.of("kafkaClusterId", "ksqlHostQueryStatus"));
      for (String name :
          List.of(
              "streams",
              "tables",
              "queries",
              "functions",
              "queryDescriptions",
              "readQueries",
              "writeQueries",
              "topics")) {
        if (object.get(name) instanceof ArrayNode array) {
          object.set(name, sorted(array));
        }
      }
      if (object.path("queryId").asText().matches("(query|transient)_.*")) {
        object.put("queryId", object.get("queryId").asText().replaceAll("_\\d+$", "_N"));
      }
      if (object.path("@type").asText().equals("properties")) {
        object.remove(List.of("properties", "defaultProperties"));
      }
      object.properties().forEach(entry -> normalized(entry.getValue()));
    } else if (node instanceof ArrayNode array) {
      array.forEach(KsqlTranscriptIT::normalized);
    }
    return node;
  }

  private static ArrayNode sorted(ArrayNode array) {
    ArrayNode sorted = JSON.createArrayNode();
    StreamSupport.stream(array.spliterator(), false)
        .sorted(
            Comparator.comparing(
                item ->
                    item.path("name").asText()
                        + item.path("id").asText()
                        + item.path("argumentTypes")))
        .forEach(sorted::add);
    return sorted;
  }
}
