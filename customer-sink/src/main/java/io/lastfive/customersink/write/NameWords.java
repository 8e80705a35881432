// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.text.Normalizer;
import java.util.Collection;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The words of names, as PostgreSQL searches them: without case and accents, so that "muller" finds
 * "Müller". Both sides are made here, because the database's own dictionaries depend on how it was
 * set up. The same names give the same text in any order, so that an index on it is touched only
 * where names have changed.
 */
public final class NameWords {
  private static final int LONGEST_WORD = 64;
  private static final int MOST_WORDS = 64;
  private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");

  private NameWords() {}

  /** The words as the text of a tsvector. */
  public static String vector(Collection<String> names) {
    SortedSet<String> words = new TreeSet<>();
    names.forEach(name -> addWords(name, words));
    // A word holds letters and digits only, so quotes around it are all it needs.
    return words.stream()
        .limit(MOST_WORDS)
        .map(word -> "'" + word + "'")
        .collect(Collectors.joining(" "));
  }

  /**
   * What finds names that have, for every word of the text, one that begins with it: the text of a
   * tsquery. Empty where the text has no word.
   */
  public static String query(String text) {
    SortedSet<String> words = new TreeSet<>();
    addWords(text, words);
    return words.stream()
        .limit(MOST_WORDS)
        .map(word -> "'" + word + "':*")
        .collect(Collectors.joining(" & "));
  }

  private static void addWords(String text, Collection<String> words) {
    String plain =
        text.chars().allMatch(character -> character < 128)
            ? text
            : ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
    for (Matcher found = WORD.matcher(plain.toLowerCase(Locale.ROOT)); found.find(); ) {
      String word = found.group();
      words.add(
          word.codePointCount(0, word.length()) <= LONGEST_WORD
              ? word
              : word.substring(0, word.offsetByCodePoints(0, LONGEST_WORD)));
    }
  }
}
