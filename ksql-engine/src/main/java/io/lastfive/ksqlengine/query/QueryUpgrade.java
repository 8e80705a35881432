// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedAggregate;
import io.lastfive.ksqlengine.analysis.AnalysedAggregate.AggregateColumn;
import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What CREATE OR REPLACE may not change: a query goes on with the state and the offsets of the one
 * it replaces, so whatever is kept in that state must stay as it is.
 */
public final class QueryUpgrade {
  private static final Pattern QUALIFIER =
      Pattern.compile("\\b[A-Za-z_][A-Za-z0-9_]*\\.(?=[A-Za-z_`])");

  private QueryUpgrade() {}

  /**
   * @throws KsqlException with ksqlDB's words where the state would not fit
   */
  public static void refuseImpossible(AnalysedQuery running, AnalysedQuery replacement) {
    if (running.from() instanceof JoinRelation || replacement.from() instanceof JoinRelation) {
      throw new KsqlException("Query is not upgradeable. Upgrades not yet supported for joins");
    }
    Optional<AnalysedAggregate> before = running.aggregate();
    Optional<AnalysedAggregate> after = replacement.aggregate();
    if (before.isPresent() != after.isPresent()) {
      throw new KsqlException(
          "Query is not upgradeable. A query with GROUP BY and one without cannot replace each other");
    }
    if (before.isEmpty() || after.isEmpty()) {
      return;
    }
    if (before.get().window().isPresent() || after.get().window().isPresent()) {
      throw new KsqlException(
          "Query is not upgradeable. Upgrades not yet supported for StreamWindowedAggregate");
    }
    List<String> old = functions(before.get());
    List<String> changed = functions(after.get());
    if (!old.equals(changed)) {
      throw new KsqlException(
          "Query is not upgradeable. Plan step of type StreamAggregate must have matching aggregate"
              + " functions. Values differ: "
              + old
              + " vs. "
              + changed);
    }
  }

  private static List<String> functions(AnalysedAggregate aggregate) {
    return aggregate.functions().stream()
        .map(AggregateColumn::text)
        .map(text -> QUALIFIER.matcher(text.replace("(*)", "(ROWTIME)")).replaceAll(""))
        .toList();
  }
}
