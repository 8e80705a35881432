// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import io.lastfive.cli.pipeline.PipelineTopics;
import io.lastfive.registry.CompatibilityLevel;
import io.lastfive.registry.CompatibilityResult;
import io.lastfive.registry.RegisteredSchema;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.schemas.PaymentEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The subjects of the pipeline's topics, and whether what this version of Lastfive writes is
 * registered there. Safe for use by many threads.
 */
final class SchemasLook {
  private final SchemaRegistryClient registry;
  private final String aggregate;

  SchemasLook(SchemaRegistryClient registry, String aggregate) {
    this.aggregate = aggregate;
    this.registry = registry;
  }

  List<StatusReport.Subject> look() {
    CompatibilityLevel global = registry.globalCompatibility();
    List<StatusReport.Subject> lines = new ArrayList<>();
    for (PaymentEvent event : PaymentEvent.values()) {
      lines.add(ofEvent(event, global));
    }
    // ksqlDB registers these itself.
    for (String topic : List.of(PipelineTopics.NORMALIZED, aggregate)) {
      lines.add(ofScript(topic + "-value", global));
    }
    return lines;
  }

  private StatusReport.Subject ofEvent(PaymentEvent event, CompatibilityLevel global) {
    String subject = event.subject();
    Optional<RegisteredSchema> latest = registry.latest(subject);
    Optional<RegisteredSchema> ours = registry.find(subject, event.schema());
    if (ours.isPresent()) {
      return line(
          subject,
          global,
          latest,
          "registered as version " + ours.get().version(),
          Optional.empty());
    }
    if (latest.isEmpty()) {
      return line(
          subject,
          global,
          latest,
          "not registered",
          Optional.of("%s has no schema: lastfive schemas register".formatted(subject)));
    }
    CompatibilityResult result = registry.checkCompatibility(subject, event.schema());
    return result.compatible()
        ? line(
            subject,
            global,
            latest,
            "compatible, not registered",
            Optional.of(
                "our schema of %s is not registered: lastfive schemas register".formatted(subject)))
        : line(
            subject,
            global,
            latest,
            "incompatible",
            Optional.of(
                "our schema of %s is incompatible: %s"
                    .formatted(
                        subject,
                        result.messages().stream().findFirst().orElse("no reason given"))));
  }

  private StatusReport.Subject ofScript(String subject, CompatibilityLevel global) {
    Optional<RegisteredSchema> latest = registry.latest(subject);
    return line(
        subject,
        global,
        latest,
        latest.isPresent() ? "the scripts'" : "not registered",
        latest.isPresent()
            ? Optional.empty()
            : Optional.of("%s has no schema: lastfive ksql apply".formatted(subject)));
  }

  private StatusReport.Subject line(
      String subject,
      CompatibilityLevel global,
      Optional<RegisteredSchema> latest,
      String ours,
      Optional<String> problem) {
    return new StatusReport.Subject(
        subject,
        registry.compatibility(subject).orElse(global).name(),
        latest.map(RegisteredSchema::version),
        ours,
        problem);
  }
}
