// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.io.Closeable;
import java.util.List;
import java.util.Optional;

/** A file of payments, read row by row, and how its rejected rows are written. */
interface PaymentFile extends Closeable {
  /** The columns that are known beforehand; none where each row names its own. */
  List<String> columns();

  Optional<PaymentRow> next();

  long bytesRead();

  /** What a person should know of the file as read so far, though its payments can be taken. */
  default List<String> notes() {
    return List.of();
  }

  /** The first line of the file of rejected rows, if it has one. */
  Optional<String> rejectedHeader();

  /**
   * {@code row} as one line of the file of rejected rows; {@code row} holds no secrets any more.
   */
  String rejectedLine(PaymentRow row, String reason);

  @Override
  void close();
}
