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
import io.vertx.core.http.HttpClientResponse;
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
import java.util.Set;
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
 * passes on nothing where that is absent. What differs, and why, is named in {@link
 * #OLD_RECORDS_GONE}, {@link #CHANGES_AT_ONCE}, {@link #EITHER_ROW} and {@link
 * #TERMINATED_IN_TIME}.
 */
class KsqlTranscriptIT {

  /**
   * The recorded server's broker had deleted the oldest records, whose times were months ago, when
   * these were asked: ours has them still. What was recorded must be among the rows; where a LIMIT
   * chose them, as many are told.
   */
  private static final Set<String> OLD_RECORDS_GONE =
      Set.of(
          "06-pull.json[7]",
          "06-pull.json[13]",
          "07-push.json[0]",
          "07-push.json[1]",
          "07-push.json[2]",
          "07-push.json[10]");

  /** A push query's changes come at once, not gathered for 2 s: of two rows the first two. */
  private static final String CHANGES_AT_ONCE = "07-push.json[3]";

  /** Of two rows in two partitions one: which partition is read first is chance. */
  private static final String EITHER_ROW = "07-push.json[4]";

  /**
   * The recorded server needed more than the 5 s that an answer waits to end its queries, and said
   * so from there on. Ours ends them in time: what it says then.
   */
  private static final Map<String, String> TERMINATED_IN_TIME =
      Map.of(
          "12-lifecycle.json[13]", "\"status\":\"SUCCESS\",\"message\":\"Query terminated.\"",
          "12-lifecycle.json[14]", "\"queries\":[]",
          "12-lifecycle.json[15]", "Source `BIG_PAYMENT` (topic: BIG_PAYMENT) was dropped.",
          "12-lifecycle.json[16]", "\"name\":\"PAYMENT_OUTPUT\"");

  private static final Path TRANSCRIPTS = Path.of("..", "..", "shared", "ksqldb-transcripts");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
    // Records of the transcripts are months old.
    kafka = EmbeddedKafka.builder().keepOldRecords().start();
    registry = EmbeddedRegistry.start(kafka);
    engine =
        new KsqlEngine(
            new EngineConfig(
                "rk_",
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                state,
                // An answer says how a command ended, however busy the machine is.
                Map.of("ksql.server.command.response.timeout.ms", "60000")),
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

  private record Answer(int status, String body, String contentType) {}

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
              recorded.path("response").path("body").asText(""),
              recorded.path("response").path("headers").path("content-type").asText(""));
      Answer actual = send();
      Instant deadline = Instant.now().plus(PATIENCE);
      while (changesNothing() && !same(expected, actual) && Instant.now().isBefore(deadline)) {
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        actual = send();
      }
      if (TERMINATED_IN_TIME.containsKey(place)) {
        assertThat(actual.status()).as(actual.body()).isEqualTo(200);
        assertThat(actual.body()).contains(TERMINATED_IN_TIME.get(place));
        return;
      }
      assertThat(actual.status()).as(actual.body()).isEqualTo(expected.status());
      if (hasOtherRows()) {
        assertThat(hasRecordedRows(normalized(actual.body()), normalized(expected.body())))
            .as("%s%nmust have the rows of%n%s", actual.body(), expected.body())
            .isTrue();
      } else {
        assertThat(normalized(actual.body())).isEqualTo(normalized(expected.body()));
      }
      // Where the recorded server named no type, which clients bear, ours names one.
      assertThat(actual.contentType()).contains(expected.contentType());
    }

    private boolean hasRecordedRows(List<JsonNode> ours, List<JsonNode> recorded) {
      List<JsonNode> rows = flat(ours);
      List<JsonNode> wanted = flat(recorded);
      if (rows.isEmpty() || !rows.get(0).equals(wanted.get(0))) {
        return false;
      }
      if (sql().contains("LIMIT")) {
        return rows.size() == wanted.size();
      }
      // Two queries write the topic: how their rows fall between each other is chance.
      List<JsonNode> left = new ArrayList<>(rows);
      return wanted.stream().allMatch(left::remove);
    }

    private boolean hasOtherRows() {
      return OLD_RECORDS_GONE.contains(place)
          || place.equals(CHANGES_AT_ONCE)
          || place.equals(EITHER_ROW);
    }

    /** An answer of one array is its elements. */
    private static List<JsonNode> flat(List<JsonNode> parts) {
      if (parts.size() != 1) {
        return parts;
      }
      List<JsonNode> elements = new ArrayList<>();
      parts.get(0).forEach(elements::add);
      return elements;
    }

    private boolean same(Answer expected, Answer actual) throws IOException {
      if (actual.status() != expected.status() || TERMINATED_IN_TIME.containsKey(place)) {
        return actual.status() == expected.status();
      }
      return hasOtherRows()
          ? hasRecordedRows(normalized(actual.body()), normalized(expected.body()))
          : normalized(actual.body()).equals(normalized(expected.body()));
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
                    .compose(in -> in.body().map(b -> answer(in, b)));
              })
          .toCompletionStage()
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    }
  }

  private static Answer answer(HttpClientResponse response, Buffer body) {
    String contentType = response.getHeader("content-type");
    return new Answer(
        response.statusCode(), body.toString(), contentType == null ? "" : contentType);
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
