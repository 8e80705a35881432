// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

/**
 * A record that cannot be read; the message is the reason of its dead letter and holds nothing of
 * its contents.
 */
final class BadRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean ofItsSchema;

  BadRecordException(String reason) {
    this(reason, false);
  }

  private BadRecordException(String reason, boolean ofItsSchema) {
    // Thrown once for each bad record, never shown as a trace.
    super(reason, null, false, false);
    this.ofItsSchema = ofItsSchema;
  }

  /** No record of this schema can be read. */
  static BadRecordException ofItsSchema(String reason) {
    return new BadRecordException(reason, true);
  }

  boolean isOfItsSchema() {
    return ofItsSchema;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
