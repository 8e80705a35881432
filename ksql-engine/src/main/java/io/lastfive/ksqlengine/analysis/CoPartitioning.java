// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinKind;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.JoinRelation;
import io.lastfive.ksqlengine.analysis.AnalysedRelation.SourceRelation;
import java.util.Optional;
import java.util.function.Function;

/**
 * Whether the sides of joins have equally many partitions, without which records that belong
 * together would not meet. Foreign keys are joined across partitions.
 */
public final class CoPartitioning {
  private CoPartitioning() {}

  /**
   * @param partitions of a topic; empty where it is not known: nothing is said of it then
   * @throws KsqlException where two sides differ, with ksqlDB's words
   */
  public static void check(AnalysedQuery query, Function<String, Optional<Integer>> partitions) {
    check(query.from(), partitions);
  }

  private static void check(
      AnalysedRelation relation, Function<String, Optional<Integer>> partitions) {
    if (!(relation instanceof JoinRelation join)) {
      return;
    }
    check(join.left().relation(), partitions);
    check(join.right().relation(), partitions);
    SourceRelation left = leftmost(join.left().relation());
    SourceRelation right = leftmost(join.right().relation());
    Optional<Integer> leftCount = partitions.apply(left.source().topic());
    Optional<Integer> rightCount = partitions.apply(right.source().topic());
    boolean known = leftCount.isPresent() && rightCount.isPresent();
    if (join.kind() != JoinKind.FOREIGN_KEY && known && !leftCount.equals(rightCount)) {
      throw new KsqlException(
          ("Can't join `%1$s` with `%2$s` since the number of partitions don't match. `%1$s`"
                  + " partitions = %3$d; `%2$s` partitions = %4$d. Please repartition either one so"
                  + " that the number of partitions match.")
              .formatted(left.alias(), right.alias(), leftCount.get(), rightCount.get()));
    }
  }

  private static SourceRelation leftmost(AnalysedRelation relation) {
    return relation instanceof JoinRelation join
        ? leftmost(join.left().relation())
        : (SourceRelation) relation;
  }
}
