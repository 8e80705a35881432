// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.settings.SettingType;
import io.lastfive.settings.UserError;
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
  private String wait = "30s";

  boolean follow() {
    return follow;
  }

  Duration longestWait() {
    return SettingType.DURATION_WITH_UNIT
        .parser()
        .apply(wait)
        .orElseThrow(
            () ->
                new UserError(
                    "--wait is '%s', which is not %s."
                        .formatted(wait, SettingType.DURATION_WITH_UNIT.description())));
  }
}
