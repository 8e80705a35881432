// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.contract;

import static io.lastfive.pipelinetests.contract.KsqlSession.DELIMITED;
import static io.lastfive.pipelinetests.contract.KsqlSession.KSQL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.pipelinetests.contract.KsqlSession.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the scripts, {@code ksql apply}, {@code watch} and the pull queries rely on, as a ksqlDB
 * 8.3.1 answered it. {@code $} in a statement stands for this run's own prefix, so that the server
 * may be in use. Not covered: several servers that share the work, security.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KsqlContract {

  /** After a start ksqlDB needs most of a minute until it answers pull queries. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private KsqlSession session;

  /** Called once, before the first test. */
  abstract KsqlAddresses addresses() throws Exception;

  /** Stops the server and starts it again at the same address, where that can be done. */
  Optional<Runnable> restart() {
    return Optional.empty();
  }

  @BeforeAll
  void open() throws Exception {
    session = new KsqlSession(addresses());
  }

  @AfterAll
  void leaveNothingBehind() throws Exception {
    if (session != null) {
      session.cleanUp();
    }
  }

  // --- the server

  @Test
  void tellsItsVersionAndState() {
    JsonNode info = session.get("/info").json().path("KsqlServerInfo");

    assertThat(info.path("version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(info.path("serverStatus").asText()).isEqualTo("RUNNING");
    assertThat(info.path("ksqlServiceId").asText()).isNotEmpty();
  }

  @Test
  void saysThatItIsHealthy() {
    JsonNode health = session.get("/healthcheck").json();

    assertThat(health.path("isHealthy").asBoolean()).isTrue();
    assertThat(health.path("details").path("kafka").path("isHealthy").asBoolean()).isTrue();
  }

  @Test
  void sendsWhoeverAsksForTheRootToTheInfo() {
    Answer answer = session.get("/");

    assertThat(answer.status()).isEqualTo(307);
    assertThat(answer.location()).isEqualTo("/info");
  }

  @Test
  void doesNotKnowOtherPaths() {
    Answer answer = session.get("/nope");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("Not Found");
  }

  @Test
  void refusesWhatIsNotJson() {
    Answer answer = session.post("/ksql", "not json", KSQL);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("@type").asText()).isEqualTo("generic_error");
    assertThat(answer.json().path("error_code").asInt()).isEqualTo(40000);
    assertThat(answer.json().path("message").asText())
        .startsWith("Invalid JSON in request: Unrecognized token 'not'");
  }

  // --- streams and tables

  @Test
  void createsAStreamAndSaysHow() {
    JsonNode entity =
        session
            .execute(
                "CREATE STREAM $_MADE (id STRING KEY, amount DECIMAL(19,4)) WITH (KAFKA_TOPIC='$_made', VALUE_FORMAT='AVRO', PARTITIONS=2);")
            .path(0);

    assertThat(entity.path("@type").asText()).isEqualTo("currentStatus");
    assertThat(entity.path("statementText").asText())
        .isEqualTo(
            session.named(
                "CREATE STREAM $_MADE (ID STRING KEY, AMOUNT DECIMAL(19, 4)) WITH (CLEANUP_POLICY='delete', KAFKA_TOPIC='$_made', KEY_FORMAT='KAFKA', PARTITIONS=2, VALUE_FORMAT='AVRO');"));
    assertThat(entity.path("commandId").asText())
        .isEqualTo(session.named("stream/`$_MADE`/create"));
    assertThat(entity.path("commandStatus").path("message").asText()).isEqualTo("Stream created");
    assertThat(entity.path("commandSequenceNumber").asLong()).isNotNegative();
    assertThat(session.registry("GET", session.named("/subjects/$_made-value/versions"), "").body())
        .isEqualTo("[1]");
  }

  @Test
  void tellsHowFarACommandIs() {
    session.execute(
        "CREATE STREAM $_STATUS (id STRING KEY) WITH (KAFKA_TOPIC='$_status', VALUE_FORMAT='JSON', PARTITIONS=1);");

    assertThat(session.get(session.named("/status/stream/%60$_STATUS%60/create")).body())
        .isEqualTo("{\"status\":\"SUCCESS\",\"message\":\"Stream created\",\"queryId\":null}");
    Answer unknown = session.get(session.named("/status/stream/%60$_UNKNOWN%60/create"));
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body())
        .isEqualTo(
            "{\"@type\":\"generic_error\",\"error_code\":40400,\"message\":\"Command not found\"}");
  }

  @Test
  void refusesASecondSourceOfTheSameName() {
    session.execute(
        "CREATE STREAM $_TWICE (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_twice', VALUE_FORMAT='JSON', PARTITIONS=1);");

    Answer refused =
        session.ksql(
            "CREATE STREAM $_TWICE (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_twice', VALUE_FORMAT='JSON');");
    JsonNode warning =
        session
            .execute(
                "CREATE STREAM IF NOT EXISTS $_TWICE (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_twice', VALUE_FORMAT='JSON');")
            .path(0);

    assertRefused(
        refused, 40001, "Cannot add stream '$_TWICE': A stream with the same name already exists");
    assertThat(warning.path("@type").asText()).isEqualTo("warning_entity");
    assertThat(warning.path("message").asText())
        .isEqualTo(
            session.named(
                "Cannot add stream `$_TWICE`: A stream with the same name already exists."));
  }

  @Test
  void refusesASourceWithoutTopic() {
    assertRefused(
        session.ksql(
            "CREATE STREAM $_NO_TOPIC (id INT KEY, a STRING) WITH (KAFKA_TOPIC='$_missing', VALUE_FORMAT='JSON');"),
        40000,
        "Topic '$_missing' does not exist. If you want to create a new topic for the stream/table please re-run the statement providing the required 'PARTITIONS' configuration in the WITH clause (and optionally 'REPLICAS'). For example: CREATE STREAM $_NO_TOPIC (ID INTEGER KEY, A STRING) WITH (KAFKA_TOPIC='$_missing', KEY_FORMAT='KAFKA', PARTITIONS=2, VALUE_FORMAT='JSON');");
  }

  @Test
  void leavesASchemaAloneThatIsRegisteredAlready() {
    session.registry(
        "POST",
        session.named("/subjects/$_event-value/versions"),
        "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Event\\\",\\\"fields\\\":[{\\\"name\\\":\\\"payment_id\\\",\\\"type\\\":\\\"string\\\"}]}\"}");

    session.execute(
        "CREATE STREAM $_EVENT (id STRING KEY, payment_id STRING) WITH (KAFKA_TOPIC='$_event', VALUE_FORMAT='AVRO', PARTITIONS=1);");

    assertThat(
            session.registry("GET", session.named("/subjects/$_event-value/versions"), "").body())
        .isEqualTo("[1]");
  }

  @Test
  void listsAndDescribesSources() {
    session.execute(
        "CREATE TABLE $_LISTED (id STRING PRIMARY KEY, amount DECIMAL(19,4)) WITH (KAFKA_TOPIC='$_listed', VALUE_FORMAT='JSON', PARTITIONS=1);");

    assertThat(find(session.execute("LIST TABLES;").path(0).path("tables"), "name", "$_LISTED"))
        .hasValueSatisfying(
            table ->
                assertThat(table.toString())
                    .isEqualTo(
                        session.named(
                            "{\"type\":\"TABLE\",\"name\":\"$_LISTED\",\"topic\":\"$_listed\",\"keyFormat\":\"KAFKA\",\"valueFormat\":\"JSON\",\"isWindowed\":false}")));
    JsonNode described = session.execute("DESCRIBE $_LISTED;").path(0).path("sourceDescription");
    assertThat(described.path("fields").toString())
        .isEqualTo(
            "[{\"name\":\"ID\",\"schema\":{\"type\":\"STRING\",\"fields\":null,\"memberSchema\":null},\"type\":\"KEY\"},"
                + "{\"name\":\"AMOUNT\",\"schema\":{\"type\":\"DECIMAL\",\"fields\":null,\"memberSchema\":null,\"parameters\":{\"precision\":19,\"scale\":4}}}]");
    assertThat(described.path("type").asText()).isEqualTo("TABLE");
    assertRefused(
        session.ksql("DESCRIBE $_NOTHING;"),
        40001,
        "Could not find STREAM/TABLE '$_NOTHING' in the Metastore");
    assertThat(find(session.execute("SHOW TOPICS;").path(0).path("topics"), "name", "$_listed"))
        .hasValueSatisfying(topic -> assertThat(topic.path("replicaInfo").size()).isEqualTo(1));
  }

  @Test
  void addsAColumn() {
    session.execute(
        "CREATE STREAM $_ALTERED (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_altered', VALUE_FORMAT='JSON', PARTITIONS=1);");

    JsonNode entity = session.execute("ALTER STREAM $_ALTERED ADD COLUMN b STRING;").path(0);

    assertThat(entity.path("commandStatus").path("message").asText())
        .isEqualTo(session.named("Stream $_ALTERED altered."));
    List<String> columns = new ArrayList<>();
    session
        .execute("DESCRIBE $_ALTERED;")
        .path(0)
        .path("sourceDescription")
        .path("fields")
        .forEach(field -> columns.add(field.path("name").asText()));
    assertThat(columns).containsExactly("ID", "A", "B");
  }

  @Test
  void keepsTypesOfTheUser() {
    session.execute("CREATE TYPE $_MONEY AS STRUCT<amount DECIMAL(19,4), currency STRING>;");

    assertThat(session.execute("LIST TYPES;").path(0).path("types").has(session.named("$_MONEY")))
        .isTrue();
    assertThat(
            session
                .execute("DROP TYPE $_MONEY;")
                .path(0)
                .path("commandStatus")
                .path("message")
                .asText())
        .isEqualTo(session.named("Dropped type '$_MONEY'"));
  }

  // --- a request

  @Test
  void putsVariablesInTheirPlace() {
    JsonNode entities = session.execute("DEFINE fmt = 'JSON'; LIST VARIABLES;");

    assertThat(entities.path(0).path("variables").toString())
        .isEqualTo("[{\"name\":\"fmt\",\"value\":\"JSON\"}]");
  }

  @Test
  void doesNothingOfARequestInWhichOneStatementIsWrong() {
    Answer refused =
        session.ksql(
            "CREATE STREAM $_HALF (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_half', VALUE_FORMAT='JSON', PARTITIONS=1); CREATE STREAM $_OTHER AS SELECT nope FROM $_HALF;");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(find(session.execute("LIST STREAMS;").path(0).path("streams"), "name", "$_HALF"))
        .isEmpty();
  }

  @Test
  void namesWhatIsWrongWithAStatement() {
    session.execute(
        "CREATE STREAM $_WRONG (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_wrong', VALUE_FORMAT='JSON', PARTITIONS=1);");

    assertRefused(
        session.ksql("CREATE STREAM $_X AS SELECT nope FROM $_WRONG;"),
        40001,
        "Could not determine output schema for query due to error: Line: 1, Col: "
            + (session.named("CREATE STREAM $_X AS SELECT ").length() + 1)
            + ": SELECT column 'NOPE' cannot be resolved.");
    assertRefused(
        session.ksql("CREATE STREAM $_X AS SELECT NOFUNC(a) FROM $_WRONG;"),
        40001,
        "Could not determine output schema for query due to error: Can't find any functions with the name 'NOFUNC'");
    assertRefused(
        session.ksql("CREATE STREAM $_X AS SELECT * FROM $_NOTHING;"),
        40001,
        "Exception while preparing statement: $_NOTHING does not exist.");
    assertRefused(
        session.ksql("this is not sql;"),
        40001,
        "line 1:1: Syntax Error\nUnknown statement 'this'\nDid you mean 'SHOW'?");
    assertRefused(
        session.ksql("LIST STREAMS"), 40001, "line 1:13: Syntax Error\nmissing ';' at '<EOF>'");
    assertRefused(
        session.ksql("SET 'no.such.property'='1'; LIST STREAMS;"),
        40001,
        "Unknown property: no.such.property");
    assertRefused(
        session.ksql("SELECT * FROM $_WRONG EMIT CHANGES;"),
        40002,
        "The following statement types should be issued to the websocket endpoint '/query':\n\t* PRINT\n\t* SELECT");
  }

  @Test
  void assertsThatATopicIsThere() {
    session.execute(
        "CREATE STREAM $_ASSERTED (id STRING KEY) WITH (KAFKA_TOPIC='$_asserted', VALUE_FORMAT='JSON', PARTITIONS=2);");

    JsonNode found =
        session.execute("ASSERT TOPIC '$_asserted' WITH (PARTITIONS=2) TIMEOUT 5 SECONDS;").path(0);
    Answer missing = session.ksql("ASSERT TOPIC '$_nope' TIMEOUT 1 SECONDS;");

    assertThat(found.path("exists").asBoolean()).isTrue();
    assertThat(missing.status()).isEqualTo(417);
    assertThat(missing.json().path("message").asText())
        .isEqualTo(session.named("Topic $_nope does not exist"));
  }

  // --- rows

  @Test
  void refusesRowsThatDoNotFit() {
    session.execute(
        "CREATE TABLE $_ROWS (id STRING PRIMARY KEY, vip BOOLEAN) WITH (KAFKA_TOPIC='$_rows', VALUE_FORMAT='JSON', PARTITIONS=1);");

    assertThat(session.ksql("INSERT INTO $_ROWS (id, vip) VALUES ('C1', true);").body())
        .isEqualTo("[]");
    assertRefused(
        session.ksql("INSERT INTO $_NOTHING (id) VALUES ('C2');"),
        40000,
        "Cannot insert values into an unknown stream/table: `$_NOTHING`");
    Answer unknownColumn = session.ksql("INSERT INTO $_ROWS (id, nope) VALUES ('C2', 1);");
    assertRefused(
        unknownColumn,
        40001,
        "Failed to insert values into '$_ROWS'. Column name `NOPE` does not exist.");
    assertThat(unknownColumn.json().path("statementText").asText())
        .isEqualTo(
            session.named("INSERT INTO `$_ROWS` (`ID`, `NOPE`) VALUES ('[value]', '[value]');"));
    assertRefused(
        session.ksql("INSERT INTO $_ROWS (vip) VALUES (true);"),
        40001,
        "Failed to insert values into '$_ROWS'. Value for primary key column(s) ID is required for tables");
  }

  @Test
  void countsByKeyAndAnswersPullQueries() {
    session.execute(
        "CREATE STREAM $_PAID (id STRING KEY, amount DECIMAL(19,4)) WITH (KAFKA_TOPIC='$_paid', VALUE_FORMAT='AVRO', PARTITIONS=2);"
            + " CREATE TABLE $_SUMS AS SELECT id, COUNT(*) AS n, SUM(amount) AS total FROM $_PAID GROUP BY id EMIT CHANGES;");
    session.execute("INSERT INTO $_PAID (id, amount) VALUES ('C1', 1.10);");
    session.execute("INSERT INTO $_PAID (id, amount) VALUES ('C1', 12345678901.2345);");
    session.execute("INSERT INTO $_PAID (id, amount) VALUES ('C2', 7.00);");

    awaitRows("SELECT * FROM $_SUMS WHERE id = 'C1';", "[\"C1\",2,12345678902.3345]");
    awaitRows("SELECT id, n FROM $_SUMS WHERE id IN ('C1', 'C2');", "[\"C1\",2]", "[\"C2\",1]");
    assertThat(session.rows("SELECT * FROM $_SUMS WHERE id = 'nobody';")).isEmpty();
    assertThat(session.rows("SELECT id FROM $_SUMS WHERE n > 1;")).containsExactly("[\"C1\"]");
    assertThat(session.rows("SELECT * FROM $_SUMS LIMIT 1;")).hasSize(1);
    assertThat(session.rows("SELECT * FROM $_SUMS;")).hasSize(2);
    Answer lines = session.query("SELECT * FROM $_SUMS WHERE id = 'C2';", DELIMITED);
    assertThat(lines.contentType()).isEqualTo(DELIMITED);
    assertThat(lines.body().lines().findFirst().orElseThrow())
        .contains(
            "\"columnNames\":[\"ID\",\"N\",\"TOTAL\"],\"columnTypes\":[\"STRING\",\"BIGINT\",\"DECIMAL(19, 4)\"]");
    assertThat(lines.body().lines().filter(line -> !line.isBlank()).skip(1))
        .containsExactly("[\"C2\",1,7.0000]");
    assertThat(session.query("SELECT * FROM $_SUMS WHERE id = 'C2';", KSQL).body())
        .contains("\"schema\":\"`ID` STRING KEY, `N` BIGINT, `TOTAL` DECIMAL(19, 4)\"");
  }

  @Test
  void countsInWindows() {
    session.execute(
        "CREATE STREAM $_TIMED (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_timed', VALUE_FORMAT='JSON', PARTITIONS=1);"
            + " CREATE TABLE $_HOURLY AS SELECT id, COUNT(*) AS n FROM $_TIMED WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY id EMIT CHANGES;");
    // Times of today: a broker deletes what is older than the topic keeps.
    long hour = Duration.ofHours(1).toMillis();
    long first = System.currentTimeMillis() / hour * hour - 2 * hour;
    session.execute(
        "INSERT INTO $_TIMED (ROWTIME, id, a) VALUES ("
            + (first + 1)
            + ", 'C1', 1);"
            + " INSERT INTO $_TIMED (ROWTIME, id, a) VALUES ("
            + (first + 2)
            + ", 'C1', 2);"
            + " INSERT INTO $_TIMED (ROWTIME, id, a) VALUES ("
            + (first + hour)
            + ", 'C1', 3);");

    awaitRows(
        "SELECT * FROM $_HOURLY WHERE id = 'C1';",
        "[\"C1\"," + first + "," + (first + hour) + ",2]",
        "[\"C1\"," + (first + hour) + "," + (first + 2 * hour) + ",1]");
    assertThat(
            session.rows(
                "SELECT n FROM $_HOURLY WHERE id = 'C1' AND WINDOWSTART >= " + (first + 1) + ";"))
        .containsExactly("[1]");
  }

  @Test
  void keepsTheLastFiveWhateverTheOrderAndHoweverOftenTheyCome() {
    session.execute(
        "CREATE STREAM $_PAYMENT (customer STRING KEY, payment STRING, at BIGINT, note STRING) WITH (KAFKA_TOPIC='$_payment', VALUE_FORMAT='AVRO', PARTITIONS=2);"
            + " CREATE TABLE $_LAST AS SELECT customer, TRANSFORM(TRANSFORM(TOPKDISTINCT(LPAD(CAST(at AS STRING), 15, '0') + '␟' + payment + '␟' + COALESCE(note, '␀'), 5), p => SPLIT(p, '␟')),"
            + " f => STRUCT(payment := f[2], note := NULLIF(f[3], '␀'), at := FROM_UNIXTIME(CAST(f[1] AS BIGINT)))) AS payments FROM $_PAYMENT GROUP BY customer EMIT CHANGES;");
    for (int at : new int[] {3, 1, 6, 3, 2, 5, 4, 6, 1}) {
      session.execute(
          "INSERT INTO $_PAYMENT (customer, payment, at, note) VALUES ('C1', 'p"
              + at
              + "', "
              + at
              + ", "
              + (at == 5 ? "NULL" : "'Ünï''" + at + "'")
              + ");");
    }

    awaitRows(
        "SELECT TRANSFORM(payments, p => p->payment) AS ids FROM $_LAST WHERE customer = 'C1';",
        "[[\"p6\",\"p5\",\"p4\",\"p3\",\"p2\"]]");
    assertThat(
            session.rows(
                "SELECT payments[1]->note AS newest, payments[2]->note AS second FROM $_LAST WHERE customer = 'C1';"))
        .containsExactly("[\"Ünï'6\",null]");
  }

  @Test
  void refusesPullQueriesThatItCannotAnswer() {
    session.execute(
        "CREATE TABLE $_PLAIN (id STRING PRIMARY KEY, a INT) WITH (KAFKA_TOPIC='$_plain', VALUE_FORMAT='JSON', PARTITIONS=1);");

    assertRefused(
        session.query("SELECT * FROM $_PLAIN;", KSQL),
        40001,
        "The `$_PLAIN` table isn't queryable. To derive a queryable table, you can do 'CREATE TABLE QUERYABLE_$_PLAIN AS SELECT * FROM $_PLAIN'. See https://cnfl.io/queries for more info.\nAdd EMIT CHANGES if you intended to issue a push query.");
    assertRefused(
        session.query("SELECT * FROM $_NOTHING;", KSQL),
        40001,
        "Exception while preparing statement: $_NOTHING does not exist.");
    assertRefused(
        session.query("SELECT FROM;", KSQL),
        40001,
        "line 1:8: Syntax Error\n\nStatement: SELECT FROM;");
  }

  @Test
  void pushesRowsUntilTheLimit() {
    session.execute(
        "CREATE STREAM $_PUSHED (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_pushed', VALUE_FORMAT='JSON', PARTITIONS=1);");
    session.execute("INSERT INTO $_PUSHED (id, a) VALUES ('x', 1);");
    session.execute("INSERT INTO $_PUSHED (id, a) VALUES ('y', 2);");
    session.execute("INSERT INTO $_PUSHED (id, a) VALUES ('z', 3);");

    Answer objects =
        session.query("SELECT * FROM $_PUSHED WHERE a > 1 EMIT CHANGES LIMIT 2;", KSQL);

    JsonNode parts = objects.json();
    assertThat(parts.path(0).path("header").path("schema").asText())
        .isEqualTo("`ID` STRING, `A` INTEGER");
    assertThat(parts.path(1).toString()).isEqualTo("{\"row\":{\"columns\":[\"y\",2]}}");
    assertThat(parts.path(2).toString()).isEqualTo("{\"row\":{\"columns\":[\"z\",3]}}");
    assertThat(parts.path(3).toString()).isEqualTo("{\"finalMessage\":\"Limit Reached\"}");
    assertThat(session.rows("SELECT * FROM $_PUSHED EMIT CHANGES LIMIT 0;")).isEmpty();
    Answer printed = session.query("PRINT '$_pushed' FROM BEGINNING LIMIT 1;", DELIMITED);
    assertThat(printed.body()).contains("key: x, value: {\"A\":1}, partition: 0");
  }

  @Test
  void closesNoQueryThatIsNotThere() {
    Answer answer = session.post("/close-query", "{\"queryId\":\"nope\"}", KSQL);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body())
        .isEqualTo(
            "{\"@type\":\"generic_error\",\"error_code\":40000,\"message\":\"No query with id nope\"}");
  }

  // --- persistent queries

  @Test
  void runsANamedQueryFromItsStartToItsEnd() {
    session.execute(
        "CREATE STREAM $_IN (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_in', VALUE_FORMAT='JSON', PARTITIONS=1);"
            + " CREATE STREAM $_OUT (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_out', VALUE_FORMAT='JSON', PARTITIONS=1);");

    JsonNode started =
        session
            .execute(
                "INSERT INTO $_OUT WITH (QUERY_ID='$_FILL') SELECT id, a * 2 AS a FROM $_IN WHERE a > 0 EMIT CHANGES;")
            .path(0);
    session.execute("INSERT INTO $_IN (id, a) VALUES ('x', -1);");
    session.execute("INSERT INTO $_IN (id, a) VALUES ('x', 21);");

    assertThat(started.path("commandId").asText())
        .isEqualTo(session.named("stream/`$_OUT`/create"));
    assertThat(started.path("commandStatus").path("message").asText())
        .isEqualTo(session.named("Created query with ID $_FILL"));
    assertThat(session.rows("SELECT * FROM $_OUT EMIT CHANGES LIMIT 1;"))
        .containsExactly("[\"x\",42]");
    assertThat(find(session.execute("LIST QUERIES;").path(0).path("queries"), "id", "$_FILL"))
        .hasValueSatisfying(
            query -> {
              assertThat(query.path("sinks").toString()).isEqualTo(session.named("[\"$_OUT\"]"));
              assertThat(query.path("queryType").asText()).isEqualTo("PERSISTENT");
            });
    assertThat(
            session
                .execute("EXPLAIN $_FILL;")
                .path(0)
                .path("queryDescription")
                .path("sources")
                .toString())
        .isEqualTo(session.named("[\"$_IN\"]"));
    assertRefused(
        session.ksql("INSERT INTO $_OUT WITH (QUERY_ID='$_FILL') SELECT * FROM $_IN EMIT CHANGES;"),
        40001,
        "Query ID '$_FILL' already exists.");
    assertRefused(
        session.ksql("DROP STREAM $_OUT;"),
        40001,
        "Cannot drop $_OUT.\nThe following queries read from this source: [].\nThe following queries write into this source: [$_FILL].\nYou need to terminate them before dropping $_OUT.");
    assertThat(message("PAUSE $_FILL;")).isEqualTo("Query paused.");
    assertThat(message("RESUME $_FILL;")).isEqualTo("Query resumed.");
    assertThat(message("TERMINATE $_FILL;")).isEqualTo("Query terminated.");
    assertRefused(session.ksql("TERMINATE $_FILL;"), 40001, "Unknown queryId: $_FILL");
    assertThat(message("DROP STREAM $_OUT;"))
        .isEqualTo(session.named("Source `$_OUT` (topic: $_out) was dropped."));
    assertThat(message("DROP STREAM IF EXISTS $_OUT;"))
        .isEqualTo(session.named("Source `$_OUT` does not exist."));
  }

  @Test
  void replacesAQueryWhereItMay() {
    session.execute(
        "CREATE STREAM $_WIDE (id STRING KEY, a INT, b INT) WITH (KAFKA_TOPIC='$_wide', VALUE_FORMAT='JSON', PARTITIONS=1);");
    String id =
        session
            .execute("CREATE STREAM $_BIG AS SELECT id, a, b FROM $_WIDE WHERE a > 1 EMIT CHANGES;")
            .path(0)
            .path("commandStatus")
            .path("queryId")
            .asText();

    JsonNode replaced =
        session
            .execute(
                "CREATE OR REPLACE STREAM $_BIG AS SELECT id, a, b FROM $_WIDE WHERE a > 2 EMIT CHANGES;")
            .path(0);

    assertThat(id).startsWith(session.named("CSAS_$_BIG_"));
    assertThat(replaced.path("commandStatus").path("queryId").asText()).isEqualTo(id);
    assertRefused(
        session.ksql("CREATE OR REPLACE STREAM $_BIG AS SELECT id, b FROM $_WIDE EMIT CHANGES;"),
        40001,
        "Cannot upgrade data source: DataSource '`$_BIG`' has schema = `ID` STRING KEY, `A` INTEGER, `B` INTEGER which is not upgradeable to `ID` STRING KEY, `B` INTEGER. (The following columns are changed, missing or reordered: [`A` INTEGER, `B` INTEGER])");
  }

  @Test
  void goesOnWhereItWasAfterARestart() {
    assumeTrue(restart().isPresent(), "this server cannot be restarted from here");
    session.execute(
        "CREATE STREAM $_KEPT (id STRING KEY, a INT) WITH (KAFKA_TOPIC='$_kept', VALUE_FORMAT='JSON', PARTITIONS=1);"
            + " CREATE TABLE $_KEPT_SUM AS SELECT id, SUM(a) AS s FROM $_KEPT GROUP BY id EMIT CHANGES;");
    session.execute("INSERT INTO $_KEPT (id, a) VALUES ('x', 1);");
    awaitRows("SELECT s FROM $_KEPT_SUM WHERE id = 'x';", "[1]");

    restart().orElseThrow().run();
    session.execute("INSERT INTO $_KEPT (id, a) VALUES ('x', 2);");

    awaitRows("SELECT s FROM $_KEPT_SUM WHERE id = 'x';", "[3]");
  }

  // --- what the tests share

  private void awaitRows(String sql, String... rows) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(session.rows(sql)).containsExactlyInAnyOrder(rows));
  }

  private String message(String sql) {
    return session.execute(sql).path(0).path("commandStatus").path("message").asText();
  }

  private void assertRefused(Answer answer, int code, String message) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(code / 100);
    assertThat(answer.json().path("error_code").asInt()).isEqualTo(code);
    assertThat(answer.json().path("message").asText()).isEqualTo(session.named(message));
  }

  private Optional<JsonNode> find(JsonNode list, String field, String value) {
    for (JsonNode item : list) {
      if (item.path(field).asText().equals(session.named(value))) {
        return Optional.of(item);
      }
    }
    return Optional.empty();
  }
}
