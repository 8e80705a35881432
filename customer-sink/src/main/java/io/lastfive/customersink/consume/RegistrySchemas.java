// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryException;
import io.lastfive.registry.SchemaRegistryUnavailableException;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import java.util.Optional;
import org.apache.avro.Schema;

/** Writers' schemas from the schema registry. */
public final class RegistrySchemas implements WriterSchemas {
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final int ANSWERED = 200;

  private final SchemaRegistryClient registry;

  private RegistrySchemas(SchemaRegistryClient registry) {
    this.registry = registry;
  }

  /** Asks the registry once, and throws an {@link UnavailableError} where it does not answer. */
  public static RegistrySchemas open(Settings settings) {
    SchemaRegistryClient registry = new SchemaRegistryClient(settings.schemaRegistryProperties());
    try {
      registry.globalCompatibility();
    } catch (SchemaRegistryUnavailableException away) {
      throw UnavailableError.at(
          "Schema registry", registry.addresses(), KnownSettings.SCHEMA_REGISTRY_URL, away);
    }
    return new RegistrySchemas(registry);
  }

  @Override
  public Optional<Schema> byId(int id) {
    try {
      return Optional.of(registry.schemaById(id));
    } catch (SchemaRegistryException refused) {
      // An answer of 200 is one that holds no Avro schema.
      if (refused.errorCode() == SCHEMA_NOT_FOUND || refused.status() == ANSWERED) {
        return Optional.empty();
      }
      throw new UnavailableError(String.valueOf(refused.getMessage()), refused);
    } catch (SchemaRegistryUnavailableException away) {
      throw new UnavailableError(String.valueOf(away.getMessage()), away);
    }
  }
}
