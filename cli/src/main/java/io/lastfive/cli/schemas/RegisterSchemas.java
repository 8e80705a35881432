// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.schemas;

import io.lastfive.producers.channel.registered.RegisteredChannel;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers each event's schema at the Schema Registry. */
@Command(
    name = "register",
    description = {
      "Register each event's schema at schema.registry.url.",
      "None is registered if one cannot read what the registry's latest version has written.",
      "With a FILE, register the schema of another channel for its topic instead."
    })
final class RegisterSchemas implements Runnable {
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "An Avro schema (.avsc) of a further payment channel; needs --topic.")
  private @Nullable Path file;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "The topic of that channel, such as EWALLET-PAYMENT.")
  private @Nullable String topic;

  @Override
  public void run() {
    Registration registration = new Registration(common.settings());
    List<Registration.Outcome> outcomes =
        file == null && topic == null
            ? registration.register()
            : List.of(registration.register(channel()));
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

  private RegisteredChannel channel() {
    if (file == null || topic == null) {
      throw new UserError(
          "A schema is registered for a topic: give both, such as 'schemas register EWalletPayment.avsc --topic EWALLET-PAYMENT'.");
    }
    Optional<PaymentEvent> known = PaymentEvent.ofTopic(topic);
    if (known.isPresent()) {
      throw new UserError(
          "'%s' has the schema '%s' of this program, which 'schemas register' without a file registers."
              .formatted(topic, known.get().schema().getFullName()));
    }
    try {
      return new RegisteredChannel(topic, new Schema.Parser().parse(Files.readString(file)));
    } catch (IOException unreadable) {
      throw new UserError("'%s' cannot be read: %s.".formatted(file, unreadable), unreadable);
    } catch (AvroRuntimeException noSchema) {
      throw new UserError(
          "'%s' is no Avro schema: %s".formatted(file, noSchema.getMessage()), noSchema);
    }
  }
}
