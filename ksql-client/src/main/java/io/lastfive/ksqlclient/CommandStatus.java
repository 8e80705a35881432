// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * How far ksqlDB is with a statement that changes something.
 *
 * @param status QUEUED, PARSING, EXECUTING, RUNNING, TERMINATED, SUCCESS or ERROR
 * @param message such as {@code Created query with ID NORMALIZE_CC}
 * @param queryId of the query it made
 */
public record CommandStatus(String status, String message, Optional<String> queryId) {

  /** As ksqlDB writes it. */
  public static CommandStatus of(JsonNode json) {
    return new CommandStatus(
        json.path("status").asText(),
        json.path("message").asText(),
        Optional.of(json.path("queryId")).filter(JsonNode::isTextual).map(JsonNode::asText));
  }

  public boolean isFinal() {
    return isSuccess() || isError();
  }

  public boolean isSuccess() {
    return status.equals("SUCCESS") || status.equals("TERMINATED");
  }

  public boolean isError() {
    return status.equals("ERROR");
  }
}
