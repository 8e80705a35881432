// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class KsqlClientTest {

  @Test
  void saysThatCredentialsAreWrong() throws IOException {
    try (FakeKsql ksql = new FakeKsql(request -> new FakeKsql.Answer(401, "Unauthorized"))) {
      KsqlClient client = ksql.client();

      assertThatThrownBy(() -> client.execute("LIST STREAMS;", Map.of(), Map.of()))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "ksqlDB at "
                  + ksql.address()
                  + " refused us with HTTP 401. Check ksqldb.user and ksqldb.password.");
    }
  }

  @Test
  void saysThatTheServerIsAway() throws IOException {
    FakeKsql ksql = new FakeKsql(request -> new FakeKsql.Answer(200, "[]"));
    URI address = ksql.address();
    KsqlClient client = ksql.client();
    ksql.close();

    assertThatThrownBy(() -> client.execute("LIST STREAMS;", Map.of(), Map.of()))
        .isInstanceOf(UnavailableError.class)
        .hasMessage(
            "ksqlDB at "
                + address
                + " does not answer: connection refused. Start the stack with 'make up', or set ksqldb.url to where it runs.");
  }

  @Test
  void asksAgainWhileTheQueryOfATableIsStarting() throws IOException {
    Queue<FakeKsql.Answer> answers =
        new ArrayDeque<>(
            List.of(
                refusal(40000, "Cannot determine which host contains the required partitions"),
                new FakeKsql.Answer(
                    200,
                    "{\"queryId\":\"q\",\"columnNames\":[\"N\"],\"columnTypes\":[\"BIGINT\"]}\n[7]\n")));
    try (FakeKsql ksql = new FakeKsql(request -> answers.remove());
        RowStream rows =
            ksql.client().queryWhenServed("SELECT * FROM t;", Map.of(), Duration.ofMinutes(1))) {

      assertThat(rows.next().orElseThrow().get(0).asLong()).isEqualTo(7);
    }
  }

  @Test
  void doesNotAskAgainWhatIsRefusedForGood() throws IOException {
    try (FakeKsql ksql = new FakeKsql(request -> refusal(40001, "T does not exist."))) {
      KsqlClient client = ksql.client();

      assertThatThrownBy(
              () -> client.queryWhenServed("SELECT * FROM t;", Map.of(), Duration.ofMinutes(1)))
          .isInstanceOf(KsqlServerException.class)
          .hasMessage("T does not exist.");
      assertThat(ksql.requests()).hasSize(1);
    }
  }

  private static FakeKsql.Answer refusal(int code, String message) {
    return new FakeKsql.Answer(
        400,
        "{\"@type\":\"statement_error\",\"error_code\":"
            + code
            + ",\"message\":\""
            + message
            + "\"}");
  }
}
