// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryException;
import io.lastfive.registry.SchemaRegistryUnavailableException;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/** Writers' schemas from the schema registry. */
public final class RegistrySchemas implements WriterSchemas {
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final int ANSWERED = 200;
  private static final List<Integer> REFUSED_LOGIN = List.of(401, 403);

  private final SchemaRegistryClient registry;

  private RegistrySchemas(SchemaRegistryClient registry) {
    this.registry = registry;
  }

  /**
   * Asks the registry once.
   *
   * @throws UnavailableError it does not answer
   * @throws UserError it refuses the login, or is no schema registry
   */
  public static RegistrySchemas open(Settings settings) {
    SchemaRegistryClient registry = new SchemaRegistryClient(settings.schemaRegistryProperties());
    try {
      registry.globalCompatibility();
    } catch (SchemaRegistryUnavailableException away) {
      throw UnavailableError.at(
          "Schema registry", registry.addresses(), KnownSettings.SCHEMA_REGISTRY_URL, away);
    } catch (SchemaRegistryException refused) {
      throw new UserError(
          REFUSED_LOGIN.contains(refused.status())
              ? "Schema registry at %s refuses the login (status %d). Set %s to user:password."
                  .formatted(
                      registry.addresses(),
                      refused.status(),
                      KnownSettings.SCHEMA_REGISTRY_USER_INFO.name())
              : String.valueOf(refused.getMessage()),
          refused);
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
