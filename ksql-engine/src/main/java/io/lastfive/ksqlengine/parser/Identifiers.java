// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import java.util.regex.Pattern;

/** Names as they must be written to be read back the same. */
final class Identifiers {

  private static final Pattern NEEDS_NO_QUOTES = Pattern.compile("[A-Z_][A-Z0-9_]*");

  private Identifiers() {}

  /**
   * In backticks where the bare name would be read as another one, or as a word of the language.
   */
  static String format(String name) {
    return NEEDS_NO_QUOTES.matcher(name).matches() && !ReservedWords.contains(name)
        ? name
        : quoted(name);
  }

  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
