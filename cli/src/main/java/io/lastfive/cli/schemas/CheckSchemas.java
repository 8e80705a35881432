// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.schemas;

import io.lastfive.schemas.BackwardCompatibility;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Checks each event's schema against its last released version, and against the registry's where
 * asked to.
 */
@Command(
    name = "check",
    description = {
      "Check that each event's schema reads what its last released version has written (BACKWARD).",
      "Needs no service, except for --registry."
    })
final class CheckSchemas implements Runnable {
  private record Outcome(
      String subject, String schema, boolean compatible, List<String> problems) {}

  @Mixin private CommonOptions common;

  @Option(
      names = "--registry",
      description = "Check against the latest version at schema.registry.url as well.")
  private boolean withRegistry;

  @Override
  public void run() {
    Optional<Registration> registration =
        withRegistry ? Optional.of(new Registration(common.settings())) : Optional.empty();
    List<Outcome> outcomes =
        Arrays.stream(PaymentEvent.values()).map(event -> check(event, registration)).toList();
    print(outcomes);
    List<String> problems = outcomes.stream().flatMap(o -> o.problems().stream()).toList();
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems with the schemas", problems);
    }
  }

  private static Outcome check(PaymentEvent event, Optional<Registration> registration) {
    List<String> problems =
        new ArrayList<>(BackwardCompatibility.problems(event.schema(), event.released()));
    registration.ifPresent(registry -> problems.addAll(registry.problems(event)));
    return new Outcome(
        event.subject(), event.schema().getFullName(), problems.isEmpty(), List.copyOf(problems));
  }

  private void print(List<Outcome> outcomes) {
    if (common.json()) {
      common.console().json(outcomes);
      return;
    }
    String earlier = withRegistry ? "its last release and the registry's" : "its last release";
    outcomes.stream()
        .filter(Outcome::compatible)
        .forEach(
            outcome ->
                common
                    .console()
                    .print(
                        "%s: %s reads what %s has written."
                            .formatted(outcome.subject(), outcome.schema(), earlier)));
  }
}
