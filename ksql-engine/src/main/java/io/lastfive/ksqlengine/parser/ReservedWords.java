// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.parser.grammar.SqlLexer;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.antlr.v4.runtime.Vocabulary;
import org.antlr.v4.runtime.atn.ATNState;
import org.antlr.v4.runtime.misc.IntervalSet;

/** The words of the language that name nothing else unless quoted. */
final class ReservedWords {

  private static final Set<String> WORDS = words();

  private ReservedWords() {}

  static boolean contains(String word) {
    return WORDS.contains(word.toUpperCase(Locale.ROOT));
  }

  /** Every word of the grammar but those its rule {@code nonReserved} begins with. */
  private static Set<String> words() {
    Vocabulary vocabulary = SqlLexer.VOCABULARY;
    ATNState start = SqlParser._ATN.ruleToStartState[SqlParser.RULE_nonReserved];
    IntervalSet nonReserved = SqlParser._ATN.nextTokens(start);
    Set<String> words = new HashSet<>();
    for (int type = 1; type <= vocabulary.getMaxTokenType(); type++) {
      String literal = vocabulary.getLiteralName(type);
      if (literal != null && Character.isLetter(literal.charAt(1)) && !nonReserved.contains(type)) {
        words.add(literal.substring(1, literal.length() - 1));
      }
    }
    return Set.copyOf(words);
  }
}
