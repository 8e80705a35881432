// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * What the database holds about a customer.
 *
 * @param version changes with every record that changed the row
 * @param paymentsJson the payments as a JSON array, newest first
 */
public record CustomerRow(String customerId, Instant asOf, String version, String paymentsJson) {
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /** {@code {"customerId":..,"asOf":..,"payments":[..]}}. */
  public String toJson() {
    return "{\"customerId\":%s,\"asOf\":\"%s\",\"payments\":%s}"
        .formatted(quoted(customerId), MILLIS.format(asOf), paymentsJson);
  }

  /** The HTTP entity tag of {@link #toJson}. */
  String tag() {
    return "W/\"" + version + "\"";
  }

  private static String quoted(String text) {
    JsonNode node = JsonNodeFactory.instance.textNode(text);
    return node.toString();
  }
}
