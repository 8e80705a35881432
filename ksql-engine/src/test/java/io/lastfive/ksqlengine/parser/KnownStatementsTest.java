// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.types.SqlType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Reads every statement known from outside the project; passes on nothing where there is none. */
class KnownStatementsTest {

  @Test
  void parsesEveryStatementOfTheQueryTestCasesAndReadsBackWhatItPrints() throws IOException {
    assertThat(problems(KnownStatements.queryTestCases())).isEmpty();
  }

  @Test
  void parsesEveryRecordedRequestAndReadsBackWhatItPrints() throws IOException {
    assertThat(problems(KnownStatements.recordedRequests())).isEmpty();
  }

  private static List<String> problems(List<KnownStatements.Case> cases) {
    List<String> problems = new ArrayList<>();
    for (KnownStatements.Case known : cases) {
      try {
        check(known);
      } catch (ParseException e) {
        if (!expects(known, e.getMessage() + "\nStatement: " + e.statementText())
            && !expects(known, e.summary())) {
          problems.add(known.name() + "\n    " + known.statements() + "\n    " + e.getMessage());
        }
      } catch (KsqlException | AssertionError e) {
        if (!expects(known, String.valueOf(e.getMessage()))) {
          problems.add(known.name() + "\n    " + known.statements() + "\n    " + e.getMessage());
        }
      }
    }
    return problems;
  }

  private static boolean expects(KnownStatements.Case known, String message) {
    return !known.expectedError().isEmpty() && message.contains(known.expectedError());
  }

  private static void check(KnownStatements.Case known) {
    Map<String, SqlType> types = new HashMap<>();
    Function<String, Optional<SqlType>> customTypes = name -> Optional.ofNullable(types.get(name));
    for (StatementText text : KsqlParser.split(String.join("\n", known.statements()))) {
      StatementText substituted =
          VariableSubstitution.substitute(text, KnownStatements.variables());
      Statement statement = KsqlParser.parse(substituted, customTypes);
      String printed = SqlFormatter.format(statement);
      assertThat(KsqlParser.parse(new StatementText(printed), customTypes))
          .as(printed)
          .isEqualTo(statement);
      if (statement instanceof Statement.CreateType type) {
        types.put(type.name(), type.type());
      }
    }
  }
}
