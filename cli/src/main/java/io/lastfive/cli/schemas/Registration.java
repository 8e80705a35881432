// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.schemas;

import io.lastfive.producers.channel.registered.RegisteredChannel;
import io.lastfive.registry.RegisteredSchema;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryException;
import io.lastfive.registry.SchemaRegistryUnavailableException;
import io.lastfive.schemas.BackwardCompatibility;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/**
 * Entry point: registers the events' schemas before any script or service uses them. May run any
 * number of times: a schema that is registered stays as it is. Either all schemas can be
 * registered, or none is.
 */
public final class Registration {
  /**
   * What became of a schema.
   *
   * @param created whether it was not registered before
   */
  public record Outcome(String subject, String schema, int version, int id, boolean created) {}

  private final SchemaRegistryClient registry;
  private final String address;

  public Registration(Settings settings) {
    this.registry = new SchemaRegistryClient(settings.schemaRegistryProperties());
    this.address = settings.get(KnownSettings.SCHEMA_REGISTRY_URL).toString();
  }

  /**
   * Registers every event's schema; a {@link UserError} names each field that keeps one from being
   * registered.
   */
  public List<Outcome> register() {
    return answered(
        () -> {
          refuseIncompatible();
          List<Outcome> outcomes = new ArrayList<>();
          for (PaymentEvent event : PaymentEvent.values()) {
            outcomes.add(register(event.subject(), event.schema()));
          }
          return outcomes;
        });
  }

  /** Registers the schema of a channel that is none of {@link PaymentEvent}; refused as there. */
  Outcome register(RegisteredChannel channel) {
    String subject = channel.topic() + "-value";
    return answered(
        () -> {
          refuse(problems(subject, channel.schema()));
          return register(subject, channel.schema());
        });
  }

  /** What keeps {@code event} from being registered, against the subject's latest version. */
  List<String> problems(PaymentEvent event) {
    return answered(() -> problems(event.subject(), event.schema()));
  }

  private List<String> problems(String subject, Schema schema) {
    return registry
        .latest(subject)
        .map(latest -> problems(subject, schema, latest))
        .orElse(List.of());
  }

  private void refuseIncompatible() {
    List<String> problems = new ArrayList<>();
    for (PaymentEvent event : PaymentEvent.values()) {
      problems.addAll(problems(event));
    }
    refuse(problems);
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems with the schemas", problems);
    }
  }

  private static List<String> problems(String subject, Schema schema, RegisteredSchema latest) {
    return BackwardCompatibility.problems(schema, latest.schema()).stream()
        .map(
            problem ->
                "%s (against version %d at the registry): %s"
                    .formatted(subject, latest.version(), problem))
        .toList();
  }

  private Outcome register(String subject, Schema schema) {
    Optional<RegisteredSchema> found = registry.find(subject, schema);
    if (found.isEmpty()) {
      registry.register(subject, schema);
    }
    RegisteredSchema registered =
        found
            .or(() -> registry.find(subject, schema))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        subject + ": registered at " + address + ", but not found there"));
    return new Outcome(
        subject, schema.getFullName(), registered.version(), registered.id(), found.isEmpty());
  }

  private <T> T answered(Supplier<T> request) {
    try {
      return request.get();
    } catch (SchemaRegistryUnavailableException away) {
      throw new UnavailableError(Objects.toString(away.getMessage()), away);
    } catch (SchemaRegistryException refused) {
      throw new UserError(
          "Schema Registry at %s refused: %s".formatted(address, refused.getMessage()), refused);
    }
  }
}
