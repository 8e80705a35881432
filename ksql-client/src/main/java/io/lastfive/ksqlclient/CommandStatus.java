// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

/**
 * How far ksqlDB is with a statement that changes something.
 *
 * @param status QUEUED, PARSING, EXECUTING, RUNNING, TERMINATED, SUCCESS or ERROR
 * @param message such as {@code Created query with ID NORMALIZE_CC}
 */
public record CommandStatus(String status, String message) {

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
