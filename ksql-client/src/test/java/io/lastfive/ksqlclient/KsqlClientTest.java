// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
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
}
