// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts values in the place of {@code ${name}}, in strings and outside of them but not in comments.
 * {@code $${name}} is left for the server, which takes the first sign away.
 */
final class Variables {
  private static final Pattern REFERENCE = Pattern.compile("(?<!\\$)\\$\\{([A-Za-z0-9_]+)}");

  private Variables() {}

  /**
   * @param problem makes the error for a variable that has no value, from what is to be said of it
   */
  static String substitute(
      String sql, Map<String, String> values, Function<String, RuntimeException> problem) {
    StringBuilder text = new StringBuilder();
    // A name in braces is several tokens, so texts between comments are taken as they stand.
    StringBuilder open = new StringBuilder();
    for (SqlToken token : SqlToken.scan(sql)) {
      if (token.kind() == SqlToken.Kind.COMMENT) {
        text.append(replace(open.toString(), values, problem)).append(token.text());
        open.setLength(0);
      } else {
        open.append(token.text());
      }
    }
    return text.append(replace(open.toString(), values, problem)).toString();
  }

  private static String replace(
      String text, Map<String, String> values, Function<String, RuntimeException> problem) {
    return REFERENCE
        .matcher(text)
        .replaceAll(
            reference ->
                Matcher.quoteReplacement(
                    Optional.ofNullable(values.get(reference.group(1)))
                        .orElseThrow(() -> problem.apply(unknown(reference.group(1), values)))));
  }

  private static String unknown(String name, Map<String, String> values) {
    return "variable '"
        + name
        + "' has no value. Give it one with --define "
        + name
        + "=... or with DEFINE before its use. Defined: "
        + (values.isEmpty() ? "none" : String.join(", ", new TreeSet<>(values.keySet())))
        + ".";
  }
}
