// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.CommandStatus;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.settings.UnavailableError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs one statement at a time and waits until it has taken effect: ksqlDB answers after 5 s at the
 * latest, whether it has or not. One at a time, because every INSERT INTO a stream has the same
 * command id, and only the last one's status can be asked for. Because that may still be the one
 * before it, the command's number in the log is awaited first.
 */
final class StatementRunner {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private final KsqlClient client;

  StatementRunner(KsqlClient client) {
    this.client = client;
  }

  /**
   * @return the ids of the queries it made
   */
  List<String> run(String statement) {
    return run(statement, Map.of());
  }

  /**
   * @param properties such as {@code auto.offset.reset}
   * @return the ids of the queries it made
   * @throws KsqlServerException where it is refused, or fails after it was accepted
   */
  List<String> run(String statement, Map<String, String> properties) {
    List<String> queryIds = new ArrayList<>();
    for (JsonNode entity : client.execute(statement, properties, Map.of())) {
      if (entity.path("@type").asText().equals("currentStatus")) {
        CommandStatus status =
            finalStatus(
                entity.path("commandId").asText(),
                entity.path("commandSequenceNumber").asLong(-1),
                CommandStatus.of(entity.path("commandStatus")));
        if (status.isError()) {
          throw new KsqlServerException(50000, status.message());
        }
        status.queryId().ifPresent(queryIds::add);
      }
    }
    return queryIds;
  }

  private CommandStatus finalStatus(String commandId, long sequence, CommandStatus first) {
    Instant deadline = Instant.now().plus(LONGEST_WAIT);
    CommandStatus status = first;
    boolean executed = sequence < 0;
    while (!status.isFinal()) {
      if (Instant.now().isAfter(deadline)) {
        throw new UnavailableError(
            "ksqlDB at "
                + client.address()
                + " is still "
                + status.status()
                + " with "
                + commandId
                + " after "
                + LONGEST_WAIT.toMinutes()
                + " minutes. Look at its log, then apply again.");
      }
      executed = executed || client.awaitExecuted(sequence);
      if (executed) {
        status = client.commandStatus(commandId);
      }
      if (!status.isFinal()) {
        Pause.between(Pause.LOOKS);
      }
    }
    return status;
  }
}
