// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A schema registry of this process only, without checks of compatibility: for the conformance
 * runner and for tests. Safe for several threads.
 */
public final class InMemorySchemaStore implements SchemaStore {
  private final Map<Integer, RegisteredSchema> byId = new HashMap<>();
  private final Map<String, List<RegisteredSchema>> bySubject = new HashMap<>();
  private int lastId;

  @Override
  public synchronized Optional<RegisteredSchema> latest(String subject) {
    List<RegisteredSchema> versions = bySubject.getOrDefault(subject, List.of());
    return versions.isEmpty() ? Optional.empty() : Optional.of(versions.get(versions.size() - 1));
  }

  @Override
  public synchronized Optional<RegisteredSchema> byId(int id) {
    return Optional.ofNullable(byId.get(id));
  }

  @Override
  public synchronized int register(String subject, String schemaType, String schema) {
    for (RegisteredSchema known : bySubject.getOrDefault(subject, List.of())) {
      if (known.type().equals(schemaType) && known.text().equals(schema)) {
        return known.id();
      }
    }
    while (byId.containsKey(++lastId)) {
      // ids that were given by name stay with their schemas
    }
    register(subject, lastId, schemaType, schema);
    return lastId;
  }

  /** Registers a schema under an id of the caller's choice. */
  public synchronized void register(String subject, int id, String schemaType, String schema) {
    register(subject, new RegisteredSchema(id, schemaType, schema));
  }

  /** Registers a schema as it is, with its id and what it refers to. */
  public synchronized void register(String subject, RegisteredSchema registered) {
    byId.put(registered.id(), registered);
    bySubject.computeIfAbsent(subject, s -> new ArrayList<>()).add(registered);
  }

  @Override
  public boolean available() {
    return true;
  }
}
