// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import org.apache.kafka.common.errors.SerializationException;

/**
 * A customer's last five are there and cannot be read. The message says why, not what they hold.
 */
final class UnreadableRow extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableRow(String reason) {
    super(reason);
  }

  UnreadableRow(SerializationException cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
