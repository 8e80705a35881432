// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The bytes of a record are not what its format and columns say. The message names types and
 * places, never contents: it goes to the processing log.
 */
public final class UnreadableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  public UnreadableRecordException(String message) {
    super(message);
  }

  public UnreadableRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
