// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Whether and how long to look what becomes of the payment. */
final class FollowOptions {
  @Option(
      names = "--follow",
      description = "Show when it is normalized, aggregated, and in the customer's database.")
  private boolean follow;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How long to follow it at most (default: ${DEFAULT-VALUE}).")
  private Duration longestWait = Duration.ofSeconds(30);

  boolean follow() {
    return follow;
  }

  Duration longestWait() {
    return longestWait;
  }
}
