// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.settings.UserError;
import java.util.Map;

/**
 * A statement of a migration as it goes to the server.
 *
 * @param version of its script
 * @param fileName of its script
 * @param source as it stands in the file
 * @param text with the values of variables in their places
 * @param properties that SET gave it
 */
record ScriptStatement(
    int version,
    String fileName,
    SqlStatement source,
    String text,
    Map<String, String> properties,
    StatementEffect effect) {

  ScriptStatement {
    properties = Map.copyOf(properties);
  }

  /** {@code V000003__copy.sql:14:9}. */
  String place() {
    return fileName + ":" + source.position();
  }

  /** On one line, cut where it is long. */
  String summary() {
    int longest = 60;
    String line = source.text().replaceAll("\\s+", " ");
    return line.length() <= longest ? line : line.substring(0, longest - 3) + "...";
  }

  /** What the server says of it, with the place in the file that it points to. */
  UserError refused(String serverMessage, Throwable cause) {
    return new UserError(
        fileName + ":" + source.positionOf(serverMessage) + ": " + serverMessage, cause);
  }
}
