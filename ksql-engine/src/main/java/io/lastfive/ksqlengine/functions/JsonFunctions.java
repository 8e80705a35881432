// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;
import static io.lastfive.ksqlengine.functions.Variant.nullableFor;
import static io.lastfive.ksqlengine.functions.Variant.strict;
import static io.lastfive.ksqlengine.functions.Variant.strictFor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON held in text. */
final class JsonFunctions {
  private static final String CATEGORY = "JSON";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build()
          .reader();

  private JsonFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "extractjsonfield",
            CATEGORY,
            "Returns the value at a path like $.field.list[0] as text.",
            strictFor(
                "VARCHAR input, VARCHAR path -> VARCHAR",
                call -> {
                  Memo<JsonPath> paths = new Memo<>(JsonPath::parse);
                  return a -> {
                    JsonPath path = paths.get(a[1]);
                    JsonNode selected = path.select(parse((String) a[0]));
                    // A null there is the text null, as ksqlDB has it.
                    return selected == null ? null : selected.isNull() ? "null" : text(selected);
                  };
                })),
        scalar(
            "is_json_string",
            CATEGORY,
            "Tells whether a text is a JSON value.",
            nullable("VARCHAR input -> BOOLEAN", a -> a[0] != null && isJson((String) a[0]))),
        scalar(
            "json_array_contains",
            CATEGORY,
            "Tells whether a value is in a JSON array.",
            nullable(
                "VARCHAR jsonArray, T val -> BOOLEAN",
                a -> a[0] != null && contains((String) a[0], a[1]))),
        scalar(
            "json_array_length",
            CATEGORY,
            "Returns the number of items of a JSON array.",
            strict(
                "VARCHAR jsonArray -> INT",
                a -> {
                  JsonNode array = parse((String) a[0]);
                  return array.isArray() ? (Integer) array.size() : null;
                })),
        scalar(
            "json_concat",
            CATEGORY,
            "Joins JSON objects, or arrays; other values count as arrays of one item.",
            strict("VARCHAR... jsonStrings -> VARCHAR", JsonFunctions::concat)),
        scalar(
            "json_items",
            CATEGORY,
            "Returns the items of a JSON array, each as JSON.",
            strict("VARCHAR jsonItems -> ARRAY<VARCHAR>", a -> items(parse((String) a[0])))),
        scalar(
            "json_keys",
            CATEGORY,
            "Returns the names of a JSON object's fields.",
            strict("VARCHAR jsonObj -> ARRAY<VARCHAR>", a -> keys(parse((String) a[0])))),
        scalar(
            "json_records",
            CATEGORY,
            "Returns the fields of a JSON object by their names.",
            strict("VARCHAR jsonObj -> MAP<VARCHAR, VARCHAR>", a -> records(parse((String) a[0])))),
        scalar(
            "to_json_string",
            CATEGORY,
            "Returns a value of any type as JSON.",
            nullableFor(
                "T val -> VARCHAR",
                call -> {
                  SqlType type = call.argumentTypes().get(0);
                  return a -> type == null ? "null" : JsonText.of(a[0], type);
                })));
  }

  private static JsonNode parse(String json) {
    try {
      return READER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new FunctionException("Invalid JSON format");
    }
  }

  private static boolean isJson(String text) {
    try {
      return !READER.readTree(text).isMissingNode();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static @Nullable String text(JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    return node.isTextual() ? node.textValue() : node.toString();
  }

  private static boolean contains(String json, @Nullable Object value) {
    JsonNode array = parse(json);
    if (array.isArray()) {
      for (JsonNode item : array) {
        if (equal(item, value)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean equal(JsonNode item, @Nullable Object value) {
    if (value == null) {
      return item.isNull();
    }
    if (value instanceof Number number) {
      return item.isNumber()
          && item.decimalValue().compareTo(new BigDecimal(number.toString())) == 0;
    }
    if (value instanceof Boolean) {
      return item.isBoolean() && value.equals(item.booleanValue());
    }
    return item.isTextual() && value.equals(item.textValue());
  }

  private static String concat(@Nullable Object[] texts) {
    List<JsonNode> nodes = new ArrayList<>();
    for (Object text : texts) {
      nodes.add(parse((String) text));
    }
    if (nodes.stream().allMatch(JsonNode::isObject)) {
      ObjectNode joined = NODES.objectNode();
      nodes.forEach(node -> joined.setAll((ObjectNode) node));
      return joined.toString();
    }
    ArrayNode joined = NODES.arrayNode();
    for (JsonNode node : nodes) {
      if (node.isArray()) {
        joined.addAll((ArrayNode) node);
      } else {
        joined.add(node);
      }
    }
    return joined.toString();
  }

  private static @Nullable List<String> items(JsonNode array) {
    if (!array.isArray()) {
      return null;
    }
    List<String> items = new ArrayList<>(array.size());
    array.forEach(item -> items.add(item.toString()));
    return items;
  }

  private static @Nullable List<String> keys(JsonNode object) {
    if (!object.isObject()) {
      return null;
    }
    List<String> keys = new ArrayList<>(object.size());
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static @Nullable Map<String, @Nullable String> records(JsonNode object) {
    if (!object.isObject()) {
      return null;
    }
    Map<String, @Nullable String> records = new LinkedHashMap<>();
    object.properties().forEach(f -> records.put(f.getKey(), text(f.getValue())));
    return records;
  }
}
