// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.topics;

import io.lastfive.settings.cli.CommonOptions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes the topics that are not there yet. */
@Command(
    name = "create",
    description = {
      "Make the topics that are not there yet, with topics.partitions, topics.replication and topics.retention.",
      "Topics that are there are left alone; where they differ from the settings, a warning says how."
    })
final class CreateTopics implements Runnable {
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "0..*",
      paramLabel = "TOPIC",
      description = "Further topics of payments, such as EWALLET-PAYMENT.")
  private List<String> channels = List.of();

  @Override
  public void run() {
    List<PaymentTopics.Outcome> outcomes = PaymentTopics.create(common.settings(), channels);
    if (common.json()) {
      common.console().json(outcomes);
      return;
    }
    for (PaymentTopics.Outcome outcome : outcomes) {
      common.console().print(outcome.topic() + ": " + (outcome.created() ? "created" : "is there"));
      if (!outcome.differences().isEmpty()) {
        common
            .console()
            .warn(
                "topic %s was left as it is: %s"
                    .formatted(outcome.topic(), String.join(", ", outcome.differences())));
      }
    }
  }
}
