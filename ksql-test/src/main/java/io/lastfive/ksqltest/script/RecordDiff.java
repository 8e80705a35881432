// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lastfive.ksqltest.driver.RecordBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Where what came out is not what was expected, field by field. */
final class RecordDiff {
  /**
   * A field that differs; a missing node where there is none.
   *
   * @param path such as {@code value.PAYMENTS[1].AMOUNT}
   */
  record Field(String path, JsonNode expected, JsonNode actual) {}

  private RecordDiff() {}

  /** The fields that differ; none where both say the same. */
  static List<Field> between(String path, JsonNode expected, JsonNode actual) {
    List<Field> fields = new ArrayList<>();
    add(path, expected, actual, fields);
    return fields;
  }

  private static void add(String path, JsonNode expected, JsonNode actual, List<Field> fields) {
    if (RecordBytes.same(expected, actual, true)) {
      return;
    }
    if (expected.isObject() && actual.isObject()) {
      Map<String, JsonNode> wanted = RecordBytes.fields(expected);
      Map<String, JsonNode> found = RecordBytes.fields(actual);
      TreeSet<String> names = new TreeSet<>(wanted.keySet());
      names.addAll(found.keySet());
      for (String name : names) {
        add(path + "." + name, value(wanted, name), value(found, name), fields);
      }
    } else if (expected.isArray() && actual.isArray()) {
      for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
        add(path + "[" + i + "]", expected.path(i), actual.path(i), fields);
      }
    } else {
      fields.add(new Field(path, expected, actual));
    }
  }

  private static JsonNode value(Map<String, JsonNode> fields, String name) {
    return fields.getOrDefault(name, MissingNode.getInstance());
  }

  /** The fields as lines in columns: path, expected, got. */
  static List<String> lines(List<Field> fields) {
    int paths = fields.stream().mapToInt(field -> field.path().length()).max().orElse(0);
    int values =
        fields.stream().mapToInt(field -> shown(field.expected()).length()).max().orElse(0);
    return fields.stream()
        .map(
            field ->
                ("%-" + paths + "s  expected %-" + values + "s  got %s")
                    .formatted(field.path(), shown(field.expected()), shown(field.actual())))
        .toList();
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "nothing" : value.toString();
  }
}
