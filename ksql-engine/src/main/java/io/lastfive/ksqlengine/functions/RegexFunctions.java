// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.strictFor;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Regular expressions, in Java's syntax; each is compiled once a call, not once a row. */
final class RegexFunctions {
  private static final String CATEGORY = "REGULAR EXPRESSION";

  private RegexFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "regexp_extract",
            CATEGORY,
            "Returns the first part of a text that a pattern, or one of its groups, matches.",
            strictFor(
                "VARCHAR pattern, VARCHAR input -> VARCHAR",
                call -> {
                  Memo<Pattern> patterns = patterns();
                  return a -> extract(patterns.get(a[0]), (String) a[1], 0);
                }),
            strictFor(
                "VARCHAR pattern, VARCHAR input, INT group -> VARCHAR",
                call -> {
                  Memo<Pattern> patterns = patterns();
                  return a -> extract(patterns.get(a[0]), (String) a[1], (int) a[2]);
                })),
        scalar(
            "regexp_extract_all",
            CATEGORY,
            "Returns all parts of a text that a pattern, or one of its groups, matches.",
            strictFor(
                "VARCHAR pattern, VARCHAR input -> ARRAY<VARCHAR>",
                call -> {
                  Memo<Pattern> patterns = patterns();
                  return a -> extractAll(patterns.get(a[0]), (String) a[1], 0);
                }),
            strictFor(
                "VARCHAR pattern, VARCHAR input, INT group -> ARRAY<VARCHAR>",
                call -> {
                  Memo<Pattern> patterns = patterns();
                  return a -> extractAll(patterns.get(a[0]), (String) a[1], (int) a[2]);
                })),
        scalar(
            "regexp_replace",
            CATEGORY,
            "Replaces all parts of a text that a pattern matches.",
            strictFor(
                "VARCHAR str, VARCHAR regexp, VARCHAR newStr -> VARCHAR",
                call -> {
                  Memo<Pattern> patterns = patterns();
                  return a -> patterns.get(a[1]).matcher((String) a[0]).replaceAll((String) a[2]);
                })),
        scalar(
            "regexp_split_to_array",
            CATEGORY,
            "Splits a text where a pattern matches.",
            strictFor(
                "VARCHAR string, VARCHAR regexp -> ARRAY<VARCHAR>",
                call -> {
                  Memo<Pattern> patterns = patterns();
                  return a -> split(patterns.get(a[1]), (String) a[0]);
                })));
  }

  private static Memo<Pattern> patterns() {
    return new Memo<>(RegexFunctions::compile);
  }

  private static Pattern compile(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new FunctionException("Invalid regular expression pattern: " + regex);
    }
  }

  private static @Nullable String extract(Pattern pattern, String input, int group) {
    Matcher matcher = pattern.matcher(input);
    return group >= 0 && group <= matcher.groupCount() && matcher.find()
        ? matcher.group(group)
        : null;
  }

  private static @Nullable List<@Nullable String> extractAll(
      Pattern pattern, String input, int group) {
    Matcher matcher = pattern.matcher(input);
    if (group < 0 || group > matcher.groupCount()) {
      return null;
    }
    List<@Nullable String> parts = new ArrayList<>();
    while (matcher.find()) {
      parts.add(matcher.group(group));
    }
    return parts;
  }

  private static List<String> split(Pattern pattern, String input) {
    List<String> parts = new ArrayList<>(List.of(pattern.split(input, -1)));
    if (pattern.pattern().isEmpty() && parts.size() > 1) {
      parts.remove(parts.size() - 1);
    }
    return parts;
  }
}
