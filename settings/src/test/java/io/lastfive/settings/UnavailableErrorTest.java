// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class UnavailableErrorTest {
  @Test
  void namesAddressReasonAndWhatToDo() {
    Exception cause = new IOException("request failed", new ConnectException("Connection refused"));

    UnavailableError error =
        UnavailableError.at(
            "ksqlDB", "http://me:hunter2@ksql:8088", KnownSettings.KSQLDB_URL, cause);

    assertThat(error)
        .hasMessage(
            "ksqlDB at http://********@ksql:8088 does not answer: Connection refused. Start the stack with"
                + " 'make up', or set ksqldb.url to where it runs.")
        .hasCause(cause);
  }

  @Test
  void namesTheKindOfAReasonWithoutText() {
    UnavailableError error =
        UnavailableError.at(
            "Kafka",
            "localhost:9092",
            KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
            new ConnectException());

    assertThat(error)
        .hasMessage(
            "Kafka at localhost:9092 does not answer: ConnectException. Start the stack with 'make up', or"
                + " set kafka.bootstrap.servers to where it runs.");
  }
}
