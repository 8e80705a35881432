// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.migrate.ApplyOptions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of the pending scripts are meant. */
final class SelectionOptions {
  @Option(
      names = {"-u", "--until"},
      paramLabel = "VERSION",
      description = "The last version to apply (default: the last there is).")
  private @Nullable Integer until;

  @Option(
      names = {"-n", "--next"},
      description = "One version, and no more.")
  private boolean next;

  @Option(names = "--allow-gaps", description = "Let versions be missing between two others.")
  private boolean allowGaps;

  ApplyOptions options(Map<String, String> variables, Duration queryWatch) {
    return new ApplyOptions(variables, Optional.ofNullable(until), next, allowGaps, queryWatch);
  }
}
