// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A registry whose subjects come and go with the cases: what its client remembers of them is
 * forgotten between two. Safe for use by several threads.
 */
public final class CaseSchemas implements SchemaStore {
  private final URI registry;
  private final Supplier<SchemaStore> opening;
  private volatile SchemaStore current;

  /**
   * @param opening makes a client of the registry that remembers nothing yet
   */
  public CaseSchemas(URI registry, Supplier<SchemaStore> opening) {
    this.registry = registry;
    this.opening = opening;
    this.current = opening.get();
  }

  URI registry() {
    return registry;
  }

  void forget() {
    current = opening.get();
  }

  @Override
  public Optional<RegisteredSchema> latest(String subject) {
    return current.latest(subject);
  }

  @Override
  public Optional<RegisteredSchema> byId(int id) {
    return current.byId(id);
  }

  @Override
  public int register(String subject, String schemaType, String schema) {
    return current.register(subject, schemaType, schema);
  }

  @Override
  public boolean available() {
    return current.available();
  }
}
