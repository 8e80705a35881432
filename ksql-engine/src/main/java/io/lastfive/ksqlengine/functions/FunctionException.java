// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

/**
 * A function cannot work on a row's values. It has no stack trace, since bad records may be many,
 * and its message never holds the values.
 */
public final class FunctionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FunctionException(String message) {
    super(message, null, false, false);
  }
}
