// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path to one value: {@code $.log.lines[0]['text']}. Wildcards, which select several, are
 * refused.
 */
final class JsonPath {

  /** A field by its name, or an item by its index where the name is null. */
  private record Step(@Nullable String field, int index) {}

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = steps;
  }

  static JsonPath parse(String path) {
    if (!path.startsWith("$")) {
      throw invalid(path);
    }
    List<Step> steps = new ArrayList<>();
    int at = 1;
    while (at < path.length()) {
      int end;
      if (path.charAt(at) == '.') {
        end = endOfName(path, at + 1);
        steps.add(new Step(path.substring(at + 1, end), -1));
      } else if (path.charAt(at) == '[') {
        end = path.indexOf(']', at) + 1;
        steps.add(inBrackets(path, at + 1, end - 1));
      } else {
        throw invalid(path);
      }
      at = end;
    }
    return new JsonPath(List.copyOf(steps));
  }

  /** The value at the path; null where there is none. */
  @Nullable JsonNode select(JsonNode root) {
    JsonNode node = root;
    for (Step step : steps) {
      node = step.field == null ? node.get(step.index) : node.get(step.field);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  private static int endOfName(String path, int from) {
    int end = from;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    if (end == from || path.charAt(from) == '*') {
      throw invalid(path);
    }
    return end;
  }

  private static Step inBrackets(String path, int start, int end) {
    if (end < start) {
      throw invalid(path);
    }
    String content = path.substring(start, end).trim();
    if (content.length() > 2
        && (content.startsWith("'") || content.startsWith("\""))
        && content.endsWith(content.substring(0, 1))) {
      return new Step(content.substring(1, content.length() - 1), -1);
    }
    try {
      return new Step(null, Integer.parseInt(content));
    } catch (NumberFormatException e) {
      throw invalid(path);
    }
  }

  private static FunctionException invalid(String path) {
    return new FunctionException(
        "Invalid JSON path: '" + path + "'. Paths are like $.field.list[0]['other field'].");
  }
}
