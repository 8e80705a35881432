// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

/** The registry answered, and refused: trying again changes nothing. */
public final class SchemaRegistryException extends RuntimeException {
  private final int status;
  private final int errorCode;

  SchemaRegistryException(String message, int status, int errorCode) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /**
   * The registry's own code, such as 40401 for an unknown subject; the status where it has none.
   */
  public int errorCode() {
    return errorCode;
  }
}
