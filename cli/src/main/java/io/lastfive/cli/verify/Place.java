// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A place that holds every customer's last five. */
interface Place {
  /** Hears what is found of a customer. */
  interface Taker {
    void take(String customerId, List<ExpectedPayment> found);

    /** The customer's last five are there and cannot be read. */
    void unreadable(String customerId, String reason);
  }

  /** Such as the topic's name. */
  String name();

  /** Hands over what the place holds now, of these customers only or of all. */
  void read(Optional<Set<String>> customers, Taker taker) throws SQLException;
}
