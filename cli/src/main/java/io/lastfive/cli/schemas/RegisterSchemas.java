// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.schemas;

import io.lastfive.settings.cli.CommonOptions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Registers each event's schema at the Schema Registry. */
@Command(
    name = "register",
    description = {
      "Register each event's schema at schema.registry.url.",
      "None is registered if one cannot read what the registry's latest version has written."
    })
final class RegisterSchemas implements Runnable {
  @Mixin private CommonOptions common;

  @Override
  public void run() {
    List<Registration.Outcome> outcomes = new Registration(common.settings()).register();
    if (common.json()) {
      common.console().json(outcomes);
      return;
    }
    for (Registration.Outcome outcome : outcomes) {
      common
          .console()
          .print(
              "%s: %s version %d (id %d)"
                  .formatted(
                      outcome.subject(),
                      outcome.created() ? "registered as" : "is there as",
                      outcome.version(),
                      outcome.id()));
    }
  }
}
