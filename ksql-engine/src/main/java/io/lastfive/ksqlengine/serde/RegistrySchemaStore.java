// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.registry.SchemaRegistryException;
import io.lastfive.registry.SchemaText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * A schema registry by way of its REST API. Where the registry does not answer, its exception goes
 * on to the caller: the record that asked is not at fault. An id that it does not know is asked for
 * again only after a while, lest every bad record cost a request. Safe for several threads.
 */
public final class RegistrySchemaStore implements SchemaStore {
  private static final int NOT_FOUND = 404;
  private static final Duration UNKNOWN_STAYS_UNKNOWN = Duration.ofSeconds(10);
  private static final int MOST_UNKNOWN = 10_000;

  private final SchemaRegistryClient client;
  private final InstantSource clock;

  /** When each id was found not to exist, in milliseconds. */
  private final Map<Integer, Long> unknown = new ConcurrentHashMap<>();

  public RegistrySchemaStore(SchemaRegistryClient client) {
    this(client, InstantSource.system());
  }

  RegistrySchemaStore(SchemaRegistryClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  @Override
  public Optional<RegisteredSchema> latest(String subject) {
    return client.latestText(subject).map(RegistrySchemaStore::registered);
  }

  @Override
  public Optional<RegisteredSchema> byId(int id) {
    Long asked = unknown.get(id);
    if (asked != null && clock.millis() - asked < UNKNOWN_STAYS_UNKNOWN.toMillis()) {
      return Optional.empty();
    }
    try {
      RegisteredSchema schema = registered(client.textById(id));
      unknown.remove(id);
      return Optional.of(schema);
    } catch (SchemaRegistryException e) {
      if (e.status() == NOT_FOUND) {
        remember(id);
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Broken records may hold any id: what is remembered of them is bounded. */
  private void remember(int id) {
    if (unknown.size() >= MOST_UNKNOWN) {
      unknown.clear();
    }
    unknown.put(id, clock.millis());
  }

  @Override
  public int register(String subject, String schemaType, String schema) {
    return schemaType.equals("AVRO")
        ? client.register(subject, new Schema.Parser().parse(schema))
        : client.register(subject, schemaType, schema);
  }

  private static RegisteredSchema registered(SchemaText text) {
    return new RegisteredSchema(text.id(), text.type(), text.text(), text.references());
  }

  @Override
  public boolean available() {
    return true;
  }
}
