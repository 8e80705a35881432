// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Answers written by hand in the form that ksqlDB 8.3.1 gives them: its header, rows and messages,
 * with fewer columns than any recorded one; and connections that break. What a server really
 * answers is watched in the tests of the whole pipeline.
 */
class WatchTest {
  private static final String SQL = "SELECT * FROM payment_trx_aggr EMIT CHANGES;";
  private static final String HEADER =
      "[{\"header\":{\"queryId\":\"transient_T_1\",\"schema\":\"`CUSTOMER_ID` STRING, `AMOUNT` DECIMAL(19, 4)\"}},\n";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private FakeKsqlDb ksql;

  @BeforeEach
  void start() throws IOException {
    ksql = new FakeKsqlDb();
  }

  @AfterEach
  void stop() {
    ksql.close();
  }

  @Test
  void showsDecimalsAndTimesOfStructsAsTheirTypesSay() throws Exception {
    ksql.answers(
        200,
        "[{\"header\":{\"queryId\":\"query_1\",\"schema\":\"`CUSTOMER_ID` STRING KEY, `PAYMENTS` ARRAY<STRUCT<`PAYMENT_ID`"
            + " STRING, `AMOUNT` DECIMAL(19, 4), `TRANSACTED_AT` TIMESTAMP>>\"}},\n"
            + "{\"row\":{\"columns\":[\"C1\",[{\"PAYMENT_ID\":\"p5\",\"AMOUNT\":5.5,\"TRANSACTED_AT\":1767276000000},"
            + "{\"PAYMENT_ID\":\"e2\",\"AMOUNT\":123456789012345.6789,\"TRANSACTED_AT\":1767274200001}]]}}]");

    watch(false, Long.MAX_VALUE, "SELECT * FROM payment_trx_aggr WHERE customer_id = 'C1';");

    assertThat(out.toString().lines().map(String::stripTrailing))
        .containsExactly(
            "customer_id",
            "  payment_id                  amount  transacted_at",
            "C1",
            "  p5                          5.5000  2026-01-01 14:00:00.000",
            "  e2                    123456789012345.6789  2026-01-01 13:30:00.001");
  }

  @Test
  void writesTheSameAsJson() throws Exception {
    ksql.answers(
        200,
        "[{\"header\":{\"queryId\":\"query_1\",\"schema\":\"`P` ARRAY<STRUCT<`AMOUNT` DECIMAL(19, 4), `AT` TIMESTAMP>>, `D`"
            + " DATE\"}},\n{\"row\":{\"columns\":[[{\"AMOUNT\":30000.0,\"AT\":1767276000000}],\"2026-01-31\"]}}]");

    watch(true, Long.MAX_VALUE, "SELECT p, d FROM t;");

    assertThat(out)
        .hasToString(
            "{\"P\":[{\"AMOUNT\":30000.0000,\"AT\":\"2026-01-01T14:00:00.000\"}],\"D\":\"2026-01-31\"}\n");
  }

  @Test
  void marksADeletedRow() throws Exception {
    String gone = HEADER + "{\"row\":{\"columns\":[\"C1\",null],\"tombstone\":true}},\n";
    ksql.answers(200, gone).answers(200, gone);

    watch(false, 1, SQL);
    watch(true, 1, SQL);

    assertThat(out.toString().lines())
        .contains("C1                               -  (deleted)")
        .contains("{\"CUSTOMER_ID\":\"C1\",\"AMOUNT\":null,\"tombstone\":true}");
  }

  @Test
  void endsWhereTheServerSaysThatTheLimitIsReachedAndClosesTheQuery() throws Exception {
    ksql.answers(
        200,
        HEADER + "{\"row\":{\"columns\":[\"C1\",1.00]}},\n{\"finalMessage\":\"Limit Reached\"}]");

    watch(false, Long.MAX_VALUE, SQL);

    assertThat(err).hasToString("");
    assertThat(ksql.queries())
        .containsExactly(
            "application/vnd.ksql.v1+json {\"properties\":{\"auto.offset.reset\":\"earliest\"},\"sql\":\"%s\"}"
                .formatted(SQL));
    assertThat(ksql.closed()).containsExactly("{\"queryId\":\"transient_T_1\"}");
  }

  @Test
  void asksAgainWhereTheConnectionBreaksAndSaysSo() throws Exception {
    String notReady =
        "{\"@type\":\"generic_error\",\"error_code\":50302,\"message\":\"Server initializing\"}";
    String unknown =
        "{\"@type\":\"statement_error\",\"error_code\":40001,\"message\":\"PAYMENT_TRX_AGGR does not exist.\"}";
    ksql.answers(200, HEADER + "{\"row\":{\"columns\":[\"C1\",1.00]}},\n")
        .answers(503, notReady)
        .answers(400, unknown)
        .answers(
            200,
            HEADER
                + "{\"row\":{\"columns\":[\"C2\",2.00]}},\n{\"finalMessage\":\"Query Completed\"}]")
        .answers(200, HEADER + "{\"row\":{\"columns\":[\"C3\",3.00]}},\n");

    watch(true, 3, SQL);

    assertThat(out)
        .hasToString(
            """
            {"CUSTOMER_ID":"C1","AMOUNT":1.0000}
            {"CUSTOMER_ID":"C2","AMOUNT":2.0000}
            {"CUSTOMER_ID":"C3","AMOUNT":3.0000}
            """);
    String address = ksql.address().toString();
    assertThat(err.toString().lines())
        .containsExactly(
            address + " broke the connection; asking again in 0.0 s.",
            address + " does not answer; asking again in 0.0 s.",
            address + " refuses the query; asking again in 0.0 s.",
            address + " answers again. What passed meanwhile is not shown.",
            address + " ended the query; asking again in 0.0 s.",
            address + " answers again. What passed meanwhile is not shown.");
    assertThat(ksql.queries().get(0)).contains("earliest");
    assertThat(ksql.queries().subList(1, 5)).allMatch(query -> query.contains("latest"));
  }

  @Test
  void doesNotAskAgainWhatIsRefusedTheFirstTime() {
    ksql.answers(
        400,
        "{\"@type\":\"statement_error\",\"error_code\":40001,\"message\":\"Line: 1, Col: 8: SELECT column 'NOPE' cannot be"
            + " resolved.\"}");

    assertThatThrownBy(() -> watch(false, 1, "SELECT nope FROM payment_output EMIT CHANGES;"))
        .isInstanceOf(KsqlServerException.class)
        .hasMessage("Line: 1, Col: 8: SELECT column 'NOPE' cannot be resolved.");
  }

  @Test
  void stopsWithinAMomentWhereKsqlDbDoesNotAnswer() throws Exception {
    ksql.answersNever();

    stopAfter(() -> ksql.queries().size() == 1);

    assertThat(out).hasToString("");
    assertThat(err).hasToString("");
  }

  @Test
  void endsTheQueryOnTheServerWhereItIsStopped() throws Exception {
    ksql.answersWithoutEnd(HEADER + "{\"row\":{\"columns\":[\"C1\",1.00]}},\n");

    stopAfter(() -> out.toString().contains("C1"));

    assertThat(out.toString().lines()).hasSize(2);
    assertThat(err).hasToString("");
    assertThat(ksql.closed()).containsExactly("{\"queryId\":\"transient_T_1\"}");
  }

  /** Watches until the condition holds, and waits for the end. */
  private void stopAfter(BooleanSupplier condition) throws InterruptedException {
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false);
    KsqlClient client = new KsqlClient(ksql.address(), Optional.empty());
    try (StopSignal stop = StopSignal.install()) {
      Thread stopper =
          new Thread(
              () -> {
                await().until(condition::getAsBoolean);
                stop.request();
              });
      stopper.start();
      new Watch(client, console, false, Long.MAX_VALUE).run(SQL, false, stop);
      stopper.join();
    }
  }

  private void watch(boolean json, long limit, String sql) throws InterruptedException {
    Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false);
    KsqlClient client = new KsqlClient(ksql.address(), Optional.empty());
    try (StopSignal stop = StopSignal.install()) {
      new Watch(client, console, json, limit, Duration.ofMillis(1)).run(sql, true, stop);
    }
  }
}
