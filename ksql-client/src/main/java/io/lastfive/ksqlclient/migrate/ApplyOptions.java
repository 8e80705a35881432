// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is applied, and how carefully.
 *
 * @param variables what ${name} stands for in the scripts
 * @param until the last version to apply
 * @param onlyNext one version, and no more
 * @param allowGaps whether a version may be missing between two others
 * @param queryWatch how long new queries must have lived before they are trusted
 */
public record ApplyOptions(
    Map<String, String> variables,
    Optional<Integer> until,
    boolean onlyNext,
    boolean allowGaps,
    Duration queryWatch) {

  public static final Duration QUERY_WATCH = Duration.ofSeconds(5);

  public ApplyOptions {
    variables = Map.copyOf(variables);
  }

  /** Everything, and new queries are looked at once only. */
  public static ApplyOptions quick(Map<String, String> variables) {
    return new ApplyOptions(variables, Optional.empty(), false, false, Duration.ZERO);
  }
}
