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
 * command id, and only the last one's status can be asked for.
 */
final class StatementRunner {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final KsqlClient client;

  StatementRunner(KsqlClient client) {
    this.client = client;
  }

  /**
   * @return the ids of the queries it made
   */
  List<String> run(String statement) {
    return run(statement, Map.of(), Map.of());
  }

  /**
   * @return the ids of the queries it made
   * @throws KsqlServerException where it is refused, or fails after it was accepted
   */
  List<String> run(
      String statement, Map<String, String> properties, Map<String, String> variables) {
    List<String> queryIds = new ArrayList<>();
    for (JsonNode entity : client.execute(statement, properties, variables)) {
      if (entity.path("@type").asText().equals("currentStatus")) {
        JsonNode status = entity.path("commandStatus");
        awaitSuccess(
            entity.path("commandId").asText(),
            new CommandStatus(status.path("status").asText(), status.path("message").asText()));
        if (status.path("queryId").isTextual()) {
          queryIds.add(status.path("queryId").asText());
        }
      }
    }
    return queryIds;
  }

  private void awaitSuccess(String commandId, CommandStatus first) {
    Instant deadline = Instant.now().plus(LONGEST_WAIT);
    CommandStatus status = first;
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
      pause();
      status = client.commandStatus(commandId);
    }
    if (status.isError()) {
      throw new KsqlServerException(50000, status.message());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableError("Interrupted while waiting for ksqlDB. Run the command again.", e);
    }
  }
}
