// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

/**
 * A record that cannot be read; the message is the reason of its dead letter and holds nothing of
 * its contents.
 */
final class BadRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  BadRecordException(String reason) {
    // Thrown once for each bad record, never shown as a trace.
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
