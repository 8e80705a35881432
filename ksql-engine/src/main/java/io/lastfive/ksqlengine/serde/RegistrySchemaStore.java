// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.UnsupportedKsqlException;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryException;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * A schema registry by way of its REST API. Avro schemas only: the others are refused when they are
 * to be registered. Where the registry does not answer, its exception goes on to the caller: the
 * record that asked is not at fault. Safe for several threads.
 */
public final class RegistrySchemaStore implements SchemaStore {
  private static final int NOT_FOUND = 404;

  private final SchemaRegistryClient client;

  public RegistrySchemaStore(SchemaRegistryClient client) {
    this.client = client;
  }

  @Override
  public Optional<RegisteredSchema> latest(String subject) {
    return client
        .latest(subject)
        .map(found -> new RegisteredSchema(found.id(), "AVRO", found.schema().toString()));
  }

  @Override
  public Optional<RegisteredSchema> byId(int id) {
    try {
      return Optional.of(new RegisteredSchema(id, "AVRO", client.schemaById(id).toString()));
    } catch (SchemaRegistryException e) {
      if (e.status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public int register(String subject, String schemaType, String schema) {
    if (!schemaType.equals("AVRO")) {
      throw new UnsupportedKsqlException(
          "A schema of type " + schemaType + " in the schema registry",
          "Use AVRO, or JSON without a schema.");
    }
    return client.register(subject, new Schema.Parser().parse(schema));
  }

  @Override
  public boolean available() {
    return true;
  }
}
