// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * Events as JSON for people: fields in the schema's order, amounts with their currency's decimals,
 * times as ISO 8601.
 */
public final class PaymentJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private PaymentJson() {}

  /** Writes the fields of {@code event} into the object that {@code json} has begun. */
  public static void writeFields(JsonGenerator json, IndexedRecord event) throws IOException {
    Object currency = event.get(event.getSchema().getField("currency").pos());
    for (Schema.Field field : event.getSchema().getFields()) {
      Object value = event.get(field.pos());
      json.writeFieldName(field.name());
      if (value == null) {
        json.writeNull();
      } else if (value instanceof BigDecimal amount) {
        json.writeNumber(Amounts.inCurrency(amount, String.valueOf(currency)).toPlainString());
      } else if (value instanceof Instant time) {
        json.writeString(TIME.format(time));
      } else {
        json.writeString(value.toString());
      }
    }
  }
}
