// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

  @ParameterizedTest
  @MethodSource
  void saysTheReasonWhereJavaHasNoWordsForIt(Throwable cause, String reason) {
    UnavailableError error =
        UnavailableError.at("Kafka", "a:1", KnownSettings.KAFKA_BOOTSTRAP_SERVERS, cause);

    assertThat(error)
        .hasMessage(
            "Kafka at a:1 does not answer: %s. Start the stack with 'make up', or set"
                + " kafka.bootstrap.servers to where it runs.",
            reason);
  }

  static List<Arguments> saysTheReasonWhereJavaHasNoWordsForIt() {
    return List.of(
        arguments(new ConnectException(), "connection refused"),
        arguments(
            caused(new ConnectException(), new ClosedChannelException()), "connection refused"),
        arguments(
            caused(new ConnectException(), new UnresolvedAddressException()),
            "the host is not known"),
        arguments(new HttpConnectTimeoutException("HTTP connect timed out"), "no answer in time"),
        arguments(new IOException("closed.\nDetails follow"), "closed"),
        arguments(new ClosedChannelException(), "ClosedChannelException"));
  }

  private static Throwable caused(Throwable effect, Throwable cause) {
    return effect.initCause(cause);
  }
}
