// SPDX-License-Identifier: Apache-2.0
package io.lastfive.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Entry point: what each payment channel writes: its topic, its subject and the schema that is
 * registered. A new channel adds its .avsc file and a line here.
 */
public enum PaymentEvent {
  CREDIT_CARD("CC-PAYMENT", "CreditCardPayment"),
  BANK_TRANSFER("BANK-TRANSFER-PAYMENT", "BankTransferPayment");

  private final String topic;
  private final Schema schema;
  private final Schema released;

  PaymentEvent(String topic, String recordName) {
    this.topic = topic;
    this.schema = read(recordName + ".avsc");
    this.released = read("released/" + recordName + ".avsc");
  }

  /** The event that {@code topic} holds; empty for a topic that no channel writes. */
  public static Optional<PaymentEvent> ofTopic(String topic) {
    return Arrays.stream(values()).filter(event -> event.topic.equals(topic)).findFirst();
  }

  public String topic() {
    return topic;
  }

  /** The subject of the topic's values. */
  public String subject() {
    return topic + "-value";
  }

  /**
   * The schema as its .avsc file has it, without the {@code avro.java.string} of the generated
   * class.
   */
  public Schema schema() {
    return schema;
  }

  /** The schema of the last release, which consumers and stored records may still have. */
  public Schema released() {
    return released;
  }

  private static Schema read(String resource) {
    try (InputStream text = PaymentEvent.class.getResourceAsStream(resource)) {
      if (text == null) {
        throw new IllegalStateException("no resource '" + resource + "' beside PaymentEvent");
      }
      return new Schema.Parser().parse(text);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
