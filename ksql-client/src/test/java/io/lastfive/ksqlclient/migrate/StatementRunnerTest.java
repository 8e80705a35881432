// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlclient.FakeKsql;
import io.lastfive.ksqlclient.FakeKsql.Answer;
import io.lastfive.ksqlclient.FakeKsql.Request;
import io.lastfive.ksqlclient.KsqlServerException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A ksqlDB that is slow: two INSERT INTO one stream have the same command id. */
class StatementRunnerTest {
  private static final String QUEUED =
      """
      [{"@type":"currentStatus","statementText":"INSERT ...;","commandId":"stream/`OUT`/create",\
      "commandStatus":{"status":"QUEUED","message":"Statement written to command topic","queryId":null},\
      "commandSequenceNumber":16,"warnings":[]}]""";

  /** What ksqlDB answers when the commands before a request are not executed in time. */
  private static final Answer NOT_YET =
      new Answer(
          503,
          "{\"@type\":\"generic_error\",\"error_code\":50301,\"message\":\"Timed out while waiting for a previous command to execute. command sequence number: 16\"}");

  private final AtomicInteger waits = new AtomicInteger();

  @Test
  void doesNotTakeTheFormersSuccessForThisOnes() throws IOException {
    String error = "{\"status\":\"ERROR\",\"message\":\"no such topic\",\"queryId\":null}";
    try (FakeKsql ksql = slowKsql(error)) {
      StatementRunner runner = new StatementRunner(ksql.client());

      assertThatThrownBy(() -> runner.run("INSERT INTO out SELECT * FROM second;"))
          .isInstanceOf(KsqlServerException.class)
          .hasMessage("no such topic");
    }
  }

  @Test
  void tellsTheQueryThatWasMadeInTheEnd() throws IOException {
    String success =
        "{\"status\":\"SUCCESS\",\"message\":\"Created query with ID Q2\",\"queryId\":\"Q2\"}";
    try (FakeKsql ksql = slowKsql(success)) {
      assertThat(new StatementRunner(ksql.client()).run("INSERT INTO out SELECT * FROM second;"))
          .containsExactly("Q2");
    }
  }

  /** Until the command was waited for three times, its id tells of the statement before it. */
  private FakeKsql slowKsql(String statusInTheEnd) throws IOException {
    return new FakeKsql(request -> answer(request, statusInTheEnd));
  }

  private Answer answer(Request request, String statusInTheEnd) {
    if (request.path().startsWith("/status")) {
      return new Answer(
          200,
          waits.get() < 3
              ? "{\"status\":\"SUCCESS\",\"message\":\"Created query with ID Q1\",\"queryId\":\"Q1\"}"
              : statusInTheEnd);
    }
    if (request.body().contains("\"commandSequenceNumber\":16")) {
      return waits.incrementAndGet() < 3 ? NOT_YET : new Answer(200, "[]");
    }
    return new Answer(200, QUEUED);
  }
}
