// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

/** A test did not come out as it should; the message says how, on one line or several. */
final class TestFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TestFailure(String message) {
    super(message);
  }

  TestFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
