// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.PaymentChannel;
import io.lastfive.producers.channel.RefusedPayment;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.IndexedRecord;

/** How texts, from a file or from flags, become the event of a channel. */
public interface ChannelFields<E extends IndexedRecord> {
  List<PaymentField> fields();

  PaymentChannel<E> channel();

  /** Names of fields of which one must be in a file. */
  List<List<String>> mandatory();

  /**
   * The event of {@code values}, which are named as the event's fields; absent ones are not in the
   * map.
   *
   * @throws RefusedPayment naming every field that is wrong
   */
  E event(Map<String, String> values);

  default List<String> names() {
    return fields().stream().map(PaymentField::name).toList();
  }
}
