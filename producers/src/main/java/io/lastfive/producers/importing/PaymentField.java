// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.ForbiddenFields;
import java.util.List;

/**
 * A field of a channel's event, and what exports call it.
 *
 * @param aliases other names of its column, small letters and digits only
 */
record PaymentField(String name, List<String> aliases) {
  static PaymentField of(String name, String... aliases) {
    return new PaymentField(name, List.of(aliases));
  }

  boolean isCalled(String column) {
    String bare = bare(column);
    return bare.equals(bare(name)) || aliases.contains(bare);
  }

  /** {@code Card-Number} and {@code card.number} are the same column: letters and digits count. */
  static String bare(String column) {
    return ForbiddenFields.bare(column);
  }
}
