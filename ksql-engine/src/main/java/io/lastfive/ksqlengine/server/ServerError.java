// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A refusal as ksqlDB's REST API words it: an HTTP status, a code that begins with it, and the
 * statement it is about where there is one.
 */
final class ServerError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static final int BAD_REQUEST = 40000;
  static final int BAD_STATEMENT = 40001;
  static final int QUERY_ENDPOINT = 40002;
  static final int TOO_MANY_PUSH_QUERIES = 40003;
  static final int HTTP_2_ONLY = 40004;
  static final int NOT_FOUND = 40400;
  static final int NOT_ACCEPTABLE = 40600;
  static final int TOO_LARGE = 41300;
  static final int ASSERTION_FAILED = 41700;
  static final int SERVER_ERROR = 50000;
  static final int COMMAND_QUEUE_TIMEOUT = 50301;
  static final int NOT_READY = 50302;
  static final int SHUT_DOWN = 50304;

  private final int code;
  private final transient Optional<String> statementText;

  private ServerError(int code, String message, Optional<String> statementText) {
    super(message);
    this.code = code;
    this.statementText = statementText;
  }

  static ServerError generic(int code, String message) {
    return new ServerError(code, message, Optional.empty());
  }

  static ServerError ofStatement(int code, String message, String statementText) {
    return new ServerError(code, message, Optional.of(statementText));
  }

  int httpStatus() {
    return code / 100;
  }

  int code() {
    return code;
  }

  /**
   * @param done the answers to the statements of the request that were carried out before
   */
  ObjectNode json(ArrayNode done) {
    ObjectNode error = Json.object();
    error.put("@type", statementText.isPresent() ? "statement_error" : "generic_error");
    error.put("error_code", code);
    error.put("message", getMessage());
    statementText.ifPresent(
        text -> {
          error.put("statementText", text);
          error.set("entities", done);
        });
    return error;
  }

  ObjectNode json() {
    return json(Json.array());
  }
}
