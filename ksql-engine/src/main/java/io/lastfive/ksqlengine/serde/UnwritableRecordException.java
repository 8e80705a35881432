// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import org.apache.kafka.common.errors.SerializationException;

/**
 * A row cannot be written in its format, for instance a null where the sink's schema has none. The
 * message names types and places, never contents: it goes to the processing log.
 */
public final class UnwritableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  public UnwritableRecordException(String message) {
    super(message);
  }

  public UnwritableRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
