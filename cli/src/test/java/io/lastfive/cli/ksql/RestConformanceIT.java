// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.ksql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lastfive.ksqltest.conformance.RestConformance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * ksqlDB's REST cases on servers of the embedded engine, where they lie in {@code ../shared} beside
 * the checkout; skipped elsewhere.
 */
class RestConformanceIT {
  private static final Path CASES = Path.of("..", "..", "shared", "qtt");
  private static final int STACKS = 4;

  /** They read no table that is joined or aggregated, and so take little time. */
  private static final String QUICK =
      "insert-values,pull-queries-against-cst-materialized,pull-queries-against-streams,"
          + "pull-queries-protobuf,pull-queries-with-headers,pull-queries-with-limit-clause,"
          + "push-queries,scalable-push-queries";

  private static final String OTHERS =
      "pull-queries-against-ctas-materialized,pull-queries-against-materialized-aggregates,"
          + "pull-queries-against-materialized-table-table-joins,pull-queries-complex-lambda,"
          + "pull-queries-with-predicates,pull-queries-with-range-scan";

  /** Of the time when a stream's key was a copy of a value column, named in the WITH clause. */
  private static final String OF_OLD =
      "insert-values: should fail on mismatch between key and key field values when stream has key";

  @Test
  @Tag("long")
  void passesTheQuickCases() throws IOException {
    assertThat(failures(QUICK)).hasSize(1).first().asString().startsWith(OF_OLD);
  }

  @Test
  @Tag("long")
  void passesTheOtherCases() throws IOException {
    assertThat(failures(OTHERS)).isEmpty();
  }

  private static List<String> failures(String families) throws IOException {
    assumeTrue(RestConformance.isIn(CASES), "ksqlDB's cases are not at " + CASES);
    try (ConformanceStacks stacks = ConformanceStacks.start(STACKS)) {
      RestConformance.Result result =
          RestConformance.run(
              CASES, Optional.of(families), Optional.empty(), stacks.stacks(), done -> {});
      assertThat(result.passed()).as(result.toText()).isPositive();
      return result.failures();
    }
  }
}
