// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.PublishedPayment;
import io.lastfive.producers.channel.ReadyTopics;
import io.lastfive.producers.channel.RefusedPayment;
import io.lastfive.producers.importing.ChannelFields;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.apache.avro.specific.SpecificRecord;

/** What the send commands have in common. */
final class OnePayment {
  private OnePayment() {}

  static <E extends SpecificRecord> void send(
      Settings settings,
      ChannelFields<E> fields,
      Map<String, String> values,
      CommonOptions common) {
    E event = soundEvent(fields, values);
    ReadyTopics.require(settings, List.of(fields.channel().topic()));
    PublishedPayment published;
    try (PaymentProducer producer = PaymentProducer.open(settings)) {
      published = PaymentPublisher.on(producer, fields.channel()).publish(event).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
    if (common.json()) {
      common.console().json(published);
      return;
    }
    common
        .console()
        .print(
            "Payment %s of customer %s is at %s, partition %d, offset %d."
                .formatted(
                    published.paymentId(),
                    published.customerId(),
                    published.topic(),
                    published.partition(),
                    published.offset()));
  }

  private static <E extends SpecificRecord> E soundEvent(
      ChannelFields<E> fields, Map<String, String> values) {
    Map<String, String> present = new TreeMap<>();
    values.forEach(
        (field, value) -> {
          if (!value.isBlank()) {
            present.put(field, value.strip());
          }
        });
    try {
      return fields.event(present);
    } catch (RefusedPayment refused) {
      throw new UserError(
          "The payment was refused, nothing was sent:\n  "
              + String.join("\n  ", refused.problems()),
          refused);
    }
  }
}
