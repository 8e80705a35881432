// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.customersink.write.NameWords;
import io.lastfive.settings.UserError;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A row of a pull query, as the sink would have written it from the topic. */
record QueryRow(
    String customerId,
    String paymentsJson,
    String nameWords,
    Optional<String> extraJson,
    long recordTimeMillis) {
  private static final int AMOUNT_SCALE = 4;
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
  private static final List<String> KNOWN =
      List.of(
          "PAYMENT_ID",
          "PAYMENT_TYPE",
          "AMOUNT",
          "CURRENCY",
          "ACCOUNT_NO",
          "ACCOUNT_NAME",
          "BANK_NAME",
          "COUNTERPARTY",
          "REFERENCE_NO",
          "STATUS",
          "TRANSACTED_AT");

  /** Values of the columns ROWTIME, the key and PAYMENTS, then others that are kept apart. */
  static QueryRow of(List<String> columns, List<JsonNode> values) {
    ObjectNode extra = JsonNodeFactory.instance.objectNode();
    for (int i = 3; i < columns.size(); i++) {
      extra.set(columns.get(i), values.get(i));
    }
    Set<String> names = new LinkedHashSet<>();
    ArrayNode payments = JsonNodeFactory.instance.arrayNode();
    for (JsonNode payment : values.get(2)) {
      payments.add(payment(payment));
      if (payment.path("ACCOUNT_NAME").isTextual()) {
        names.add(payment.path("ACCOUNT_NAME").asText());
      }
    }
    return new QueryRow(
        values.get(1).asText(),
        payments.toString(),
        NameWords.vector(names),
        extra.isEmpty() ? Optional.empty() : Optional.of(extra.toString()),
        values.get(0).asLong());
  }

  private static ObjectNode payment(JsonNode from) {
    ObjectNode payment = JsonNodeFactory.instance.objectNode();
    List<String> missing = new ArrayList<>();
    for (String name : KNOWN) {
      JsonNode value = from.get(name);
      if (value == null) {
        missing.add(name);
      } else if (value.isNull()) {
        payment.putNull(jsonName(name));
      } else {
        payment.put(jsonName(name), text(name, value));
      }
    }
    if (!missing.isEmpty()) {
      throw new UserError(
          "the table's payments have no field %s; 'sink bootstrap' reads tables such as ksql/migrations make"
              .formatted(String.join(", ", missing)));
    }
    ObjectNode extra = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : from.properties()) {
      if (!KNOWN.contains(field.getKey())) {
        extra.set(field.getKey(), field.getValue());
      }
    }
    if (!extra.isEmpty()) {
      payment.set("extra", extra);
    }
    return payment;
  }

  private static String text(String name, JsonNode value) {
    return switch (name) {
      case "AMOUNT" ->
          value.decimalValue().setScale(AMOUNT_SCALE, RoundingMode.UNNECESSARY).toPlainString();
      case "TRANSACTED_AT" ->
          // A number within a struct, a text elsewhere.
          MILLIS.format(
              value.isNumber()
                  ? Instant.ofEpochMilli(value.longValue())
                  : LocalDateTime.parse(value.asText()).toInstant(ZoneOffset.UTC));
      default -> value.asText();
    };
  }

  private static String jsonName(String column) {
    StringBuilder name = new StringBuilder(column.length());
    for (String word : column.toLowerCase(Locale.ROOT).split("_", -1)) {
      name.append(
          name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return name.toString();
  }
}
