// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

/** A lambda's arithmetic met NULL. It has no stack trace, since such rows may be many. */
final class NullOperandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NullOperandException(String expression) {
    super("An operand is NULL in a lambda: " + expression, null, false, false);
  }
}
