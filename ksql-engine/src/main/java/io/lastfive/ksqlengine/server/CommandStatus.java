// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** How far a command is. */
record CommandStatus(State state, String message, Optional<String> queryId) {

  enum State {
    QUEUED,
    EXECUTING,
    SUCCESS,
    ERROR
  }

  static CommandStatus queued() {
    return new CommandStatus(State.QUEUED, "Statement written to command topic", Optional.empty());
  }

  static CommandStatus executing() {
    return new CommandStatus(State.EXECUTING, "Executing statement", Optional.empty());
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("status", state.name());
    json.put("message", message);
    json.put("queryId", queryId.orElse(null));
    return json;
  }
}
