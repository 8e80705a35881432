// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.ksql;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedKsql;
import io.lastfive.localstack.EmbeddedRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the recorded requests do not show of the server: restarts, push queries, whole requests. */
class KsqlServerIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Map<String, String> FROM_BEGINNING = Map.of("auto.offset.reset", "earliest");

  @TempDir static Path state;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** An answer says how a command ended, however busy the machine is. */
  private static final Map<String, String> PATIENT =
      Map.of("ksql.server.command.response.timeout.ms", "60000");

  private static EmbeddedKafka kafka;
  private static EmbeddedRegistry registry;
  private static EmbeddedKsql ksql;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.builder().keepOldRecords().start();
    registry = EmbeddedRegistry.start(kafka);
    ksql = startKsql();
  }

  @AfterAll
  static void stop() {
    ksql.close();
    registry.close();
    kafka.close();
  }

  private static EmbeddedKsql startKsql() {
    return EmbeddedKsql.start(kafka.bootstrapServers(), registry.url(), state, 0, PATIENT);
  }

  @Test
  void bringsStreamsTypesAndQueriesBackAfterARestart() throws Exception {
    execute("CREATE TYPE kept_type AS STRUCT<a INT>;");
    execute(
        "CREATE STREAM kept (k STRING KEY, a INT) WITH (KAFKA_TOPIC='kept', VALUE_FORMAT='JSON', PARTITIONS=1);"
            + " CREATE STREAM kept_doubled AS SELECT k, a * 2 AS a FROM kept;"
            + " CREATE STREAM gone AS SELECT k, a FROM kept;");
    execute("DROP STREAM gone;");
    execute("INSERT INTO kept (k, a) VALUES ('x', 1);");
    assertThat(firstRow("SELECT a FROM kept_doubled EMIT CHANGES LIMIT 1;")).isEqualTo("[2]");

    ksql.close();
    ksql = startKsql();

    assertThat(names("LIST STREAMS;", "streams"))
        .contains("KEPT", "KEPT_DOUBLED")
        .doesNotContain("GONE");
    assertThat(execute("LIST TYPES;").get(0).path("types").has("KEPT_TYPE")).isTrue();
    execute("INSERT INTO kept (k, a) VALUES ('x', 2);");
    assertThat(firstRow("SELECT a FROM kept_doubled WHERE a > 2 EMIT CHANGES LIMIT 1;"))
        .isEqualTo("[4]");
    assertThat(rows("SELECT a FROM kept_doubled;")).containsExactly("[2]", "[4]");
  }

  @Test
  void carriesNothingOutWhereOneStatementOfARequestIsWrong() throws Exception {
    HttpResponse<String> refused =
        post(
            "/ksql",
            Map.of(
                "ksql",
                "CREATE STREAM half (k STRING KEY, a INT) WITH (KAFKA_TOPIC='half', VALUE_FORMAT='JSON', PARTITIONS=1);"
                    + " CREATE STREAM other AS SELECT nope FROM half;"));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(refused.body()).path("message").asText())
        .isEqualTo(
            "Could not determine output schema for query due to error: Line: 1, Col: 134: SELECT column 'NOPE' cannot be resolved.");
    assertThat(names("LIST STREAMS;", "streams")).doesNotContain("HALF");
    assertThat(names("LIST TOPICS;", "topics")).doesNotContain("half");
  }

  @Test
  void showsHowFarACommandIs() throws Exception {
    execute(
        "CREATE STREAM status_of (k STRING KEY) WITH (KAFKA_TOPIC='status_of', VALUE_FORMAT='JSON', PARTITIONS=1);");

    HttpResponse<String> known = get("/status/stream/%60STATUS_OF%60/create");
    HttpResponse<String> unknown = get("/status/stream/%60NOPE%60/create");

    assertThat(known.body())
        .isEqualTo("{\"status\":\"SUCCESS\",\"message\":\"Stream created\",\"queryId\":null}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body())
        .isEqualTo(
            "{\"@type\":\"generic_error\",\"error_code\":40400,\"message\":\"Command not found\"}");
  }

  @Test
  void endsAPushQueryByItsId() throws Exception {
    execute(
        "CREATE STREAM endless (k STRING KEY, a INT) WITH (KAFKA_TOPIC='endless', VALUE_FORMAT='JSON', PARTITIONS=1);");
    HttpResponse<Stream<String>> answer =
        HTTP.send(
            request("/query-stream", Map.of("sql", "SELECT * FROM endless EMIT CHANGES;")),
            BodyHandlers.ofLines());
    Iterator<String> lines = answer.body().iterator();
    String id = JSON.readTree(lines.next()).path("queryId").asText();

    HttpResponse<String> closed = post("/close-query", Map.of("queryId", id));
    HttpResponse<String> again = post("/close-query", Map.of("queryId", id));

    assertThat(closed.statusCode()).isEqualTo(200);
    assertThat(lines.hasNext()).isFalse();
    assertThat(again.statusCode()).isEqualTo(400);
  }

  @Test
  void listsAndTerminatesPushQueries() throws Exception {
    execute(
        "CREATE STREAM listened (k STRING KEY, a INT) WITH (KAFKA_TOPIC='listened', VALUE_FORMAT='JSON', PARTITIONS=1);");
    String select = "SELECT a FROM listened EMIT CHANGES;";
    Iterator<String> lines =
        HTTP.send(request("/query-stream", Map.of("sql", select)), BodyHandlers.ofLines())
            .body()
            .iterator();
    String id = JSON.readTree(lines.next()).path("queryId").asText();

    JsonNode listed =
        Stream.of(execute("LIST QUERIES;").get(0).path("queries"))
            .flatMap(queries -> queries.findParents("queryString").stream())
            .filter(query -> query.path("queryString").asText().equals(select))
            .findFirst()
            .orElseThrow();
    JsonNode terminated = execute("TERMINATE " + id + ";").get(0);

    assertThat(listed.toString())
        .isEqualTo(
            "{\"queryString\":\"SELECT a FROM listened EMIT CHANGES;\",\"sinks\":[],\"sinkKafkaTopics\":[],\"id\":\""
                + id
                + "\",\"statusCount\":{\"RUNNING\":1},\"queryType\":\"PUSH\",\"state\":\"RUNNING\"}");
    assertThat(terminated.path("@type").asText()).isEqualTo("terminate_query");
    assertThat(terminated.path("queryId").asText()).isEqualTo(id);
    assertThat(terminated.path("wasTerminated").asBoolean()).isTrue();
    assertThat(lines.hasNext()).isFalse();
  }

  @Test
  void answersAQueryOverAWebSocket() throws Exception {
    execute(
        "CREATE STREAM socketed (k STRING KEY, a INT) WITH (KAFKA_TOPIC='socketed', VALUE_FORMAT='JSON', PARTITIONS=1);");
    execute("INSERT INTO socketed (k, a) VALUES ('x', 7);");
    String request =
        JSON.writeValueAsString(
            Map.of(
                "ksql",
                "SELECT a FROM socketed EMIT CHANGES LIMIT 1;",
                "streamsProperties",
                FROM_BEGINNING));
    Frames frames = new Frames();

    HTTP.newWebSocketBuilder()
        .buildAsync(
            URI.create(
                ksql.url().replace("http:", "ws:")
                    + "/ws/query?request="
                    + URLEncoder.encode(request, StandardCharsets.UTF_8)),
            frames)
        .get(30, TimeUnit.SECONDS);

    assertThat(frames.next())
        .isEqualTo(
            "[{\"name\":\"A\",\"schema\":{\"type\":\"INTEGER\",\"fields\":null,\"memberSchema\":null}}]");
    assertThat(frames.next()).isEqualTo("{\"row\":{\"columns\":[7]}}");
    assertThat(frames.next()).isEqualTo("{\"error\":\"done\"}");
    assertThat(frames.next()).isEqualTo("closed 1000 done");
  }

  @Test
  void printsATopicAsTextOnTheOlderEndpointWhateverTheClientAsksFor() throws Exception {
    execute(
        "CREATE STREAM printed (k STRING KEY, a INT) WITH (KAFKA_TOPIC='printed', VALUE_FORMAT='JSON', PARTITIONS=1);");
    execute("INSERT INTO printed (ROWTIME, k, a) VALUES (1700000000123, 'x', 7);");
    Map<String, String> print = Map.of("ksql", "PRINT 'printed' FROM BEGINNING LIMIT 1;");

    HttpResponse<String> text =
        HTTP.send(
            HttpRequest.newBuilder(request("/query", print), (name, value) -> true)
                .header("Accept", "application/json")
                .build(),
            BodyHandlers.ofString());

    assertThat(text.body())
        .isEqualTo("rowtime: 2023/11/14 22:13:20.123 Z, key: x, value: {\"A\":7}, partition: 0\n");
  }

  @Test
  void explainsOnlyWhatRunsAQuery() throws Exception {
    HttpResponse<String> refused = post("/ksql", Map.of("ksql", "EXPLAIN SHOW STREAMS;"));

    assertThat(JSON.readTree(refused.body()).path("message").asText())
        .isEqualTo("The provided statement does not run a ksql query");
  }

  @Test
  void keepsVariablesAndPropertiesToOneRequest() throws Exception {
    List<JsonNode> defined =
        execute("DEFINE t = 'x'; SET 'auto.offset.reset' = 'earliest'; LIST VARIABLES;");
    List<JsonNode> after = execute("LIST VARIABLES;");

    assertThat(defined.get(0).path("variables").toString())
        .isEqualTo("[{\"name\":\"t\",\"value\":\"x\"}]");
    assertThat(after.get(0).path("variables").toString()).isEqualTo("[]");
  }

  @Test
  void namesWhatTheLanguageHasAndTheEngineHasNot() throws Exception {
    HttpResponse<String> refused = post("/ksql", Map.of("ksql", "LIST CONNECTORS;"));

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(refused.body()).path("message").asText())
        .isEqualTo(
            "LIST CONNECTORS is not supported by the embedded engine. Kafka Connect's own REST API makes and lists connectors.");
  }

  @Test
  void waitsForAClientThatReadsSlowlyAndServesOthersMeanwhile() throws Exception {
    execute(
        "CREATE STREAM much (a STRING) WITH (KAFKA_TOPIC='much', VALUE_FORMAT='KAFKA', PARTITIONS=1);");
    int records = 4_000;
    fill("much", records, 10_000);
    String body =
        JSON.writeValueAsString(
            Map.of(
                "sql",
                "SELECT a FROM much EMIT CHANGES LIMIT " + records + ";",
                "properties",
                FROM_BEGINNING));
    try (Socket slow = new Socket("127.0.0.1", ksql.port())) {
      slow.setSoTimeout(60_000);
      slow.getOutputStream()
          .write(
              ("POST /query-stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.UTF_8));
      InputStream answer = slow.getInputStream();
      assertThat(answer.read()).isEqualTo('H');

      // Nothing more of that is read while others ask.
      assertThat(rows("SELECT a FROM much EMIT CHANGES LIMIT 1;")).hasSize(1);
      assertThat(get("/is_valid_property/any").body()).isEqualTo("true");

      String all = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(all.split("\\[\"xxx", -1)).hasSize(records + 1);
    }
  }

  private static void fill(String topic, int records, int size) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] value = "x".repeat(size).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>(topic, value));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  /ksql,         405, Method Not Allowed",
    "PUT,  /query-stream, 405, Method Not Allowed",
    "GET,  /nope,         404, Not Found",
    "POST, /heartbeat,    404, ''",
    "POST, /lag,          404, ''",
    "GET,  /clusterStatus, 404, ''"
  })
  void refusesWhatItDoesNotServe(String method, String path, int status, String body)
      throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(ksql.url() + path))
                .method(method, BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void speaksHttp2InClearTextWhereTheClientAsksToUpgrade() throws Exception {
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .build()
            .send(
                HttpRequest.newBuilder(URI.create(ksql.url() + "/info")).build(),
                BodyHandlers.ofString());

    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(JSON.readTree(answer.body()).at("/KsqlServerInfo/version").asText())
        .isEqualTo("8.3.1");
  }

  @Test
  void refusesToAnswerBeforeACommandThatNeverCame() throws Exception {
    HttpResponse<String> statement =
        post("/ksql", Map.of("ksql", "LIST STREAMS;", "commandSequenceNumber", 1_000_000));
    HttpResponse<String> query =
        post(
            "/query",
            Map.of(
                "ksql",
                "SELECT * FROM KSQL_PROCESSING_LOG EMIT CHANGES LIMIT 0;",
                "commandSequenceNumber",
                1_000_000));

    String refusal =
        "{\"@type\":\"generic_error\",\"error_code\":50301,\"message\":\"Timed out while waiting for a previous command to execute. command sequence number: 1000000\"}";
    assertThat(statement.statusCode()).isEqualTo(503);
    assertThat(statement.body()).isEqualTo(refusal);
    assertThat(query.statusCode()).isEqualTo(503);
    assertThat(query.body()).isEqualTo(refusal);
  }

  @Test
  void keepsASourceTableForPullQueries() throws Exception {
    execute(
        "CREATE SOURCE TABLE kept_source (k STRING PRIMARY KEY, a INT) WITH (KAFKA_TOPIC='kept_source', VALUE_FORMAT='JSON', PARTITIONS=1);"
            + " CREATE TABLE writable_source (k STRING PRIMARY KEY, a INT) WITH (KAFKA_TOPIC='kept_source', VALUE_FORMAT='JSON');");
    String query =
        execute("LIST QUERIES;").get(0).path("queries").findValuesAsText("id").stream()
            .filter(id -> id.startsWith("CST_KEPT_SOURCE_"))
            .findFirst()
            .orElseThrow();
    HttpResponse<String> refused = post("/ksql", Map.of("ksql", "TERMINATE " + query + ";"));
    execute("INSERT INTO writable_source (k, a) VALUES ('x', 1);");

    assertThat(firstRowWithin("SELECT * FROM kept_source WHERE k = 'x';")).isEqualTo("[\"x\",1]");
    assertThat(JSON.readTree(refused.body()).path("message").asText())
        .isEqualTo("Cannot terminate query '" + query + "' as it is linked to a source table.");
    execute("DROP TABLE kept_source;");
    assertThat(names("LIST TABLES;", "tables")).doesNotContain("KEPT_SOURCE");
  }

  // --- asking

  private static List<JsonNode> execute(String statements) throws Exception {
    HttpResponse<String> answer =
        post("/ksql", Map.of("ksql", statements, "streamsProperties", FROM_BEGINNING));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<JsonNode> entities = new ArrayList<>();
    JSON.readTree(answer.body()).forEach(entities::add);
    entities.forEach(
        entity ->
            assertThat(entity.path("commandStatus").path("status").asText("SUCCESS"))
                .as(entity.toString())
                .isEqualTo("SUCCESS"));
    return entities;
  }

  private static List<String> names(String statement, String field) throws Exception {
    return execute(statement).get(0).path(field).findValuesAsText("name");
  }

  /** Of a pull query, which is asked again until there is one. */
  private static String firstRowWithin(String sql) throws Exception {
    Instant deadline = Instant.now().plusSeconds(30);
    while (true) {
      HttpResponse<String> answer = post("/query-stream", Map.of("sql", sql));
      List<String> lines = answer.body().lines().toList();
      if (lines.size() > 1 || Instant.now().isAfter(deadline)) {
        return lines.get(lines.size() - 1);
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
  }

  private static String firstRow(String sql) throws Exception {
    return rows(sql).get(0);
  }

  private static List<String> rows(String sql) throws Exception {
    HttpResponse<String> answer =
        post("/query-stream", Map.of("sql", sql, "properties", FROM_BEGINNING));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().skip(1).toList();
  }

  private static HttpResponse<String> post(String path, Map<String, ?> body) throws Exception {
    return HTTP.send(request(path, body), BodyHandlers.ofString());
  }

  private static HttpRequest request(String path, Map<String, ?> body) throws IOException {
    return HttpRequest.newBuilder(URI.create(ksql.url() + path))
        .timeout(Duration.ofSeconds(60))
        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
        .build();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(ksql.url() + path)).build(), BodyHandlers.ofString());
  }

  /** The frames of a web socket in their order, its end among them. */
  private static final class Frames implements WebSocket.Listener {
    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        frames.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      frames.add("closed " + status + " " + reason);
      return null;
    }

    private String next() throws InterruptedException {
      String frame = frames.poll(30, TimeUnit.SECONDS);
      return frame == null ? "nothing within 30 s" : frame;
    }
  }
}
