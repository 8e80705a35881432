// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.ksql;

import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.serde.RegistrySchemaStore;
import io.lastfive.ksqlengine.server.KsqlServer;
import io.lastfive.ksqltest.conformance.CaseSchemas;
import io.lastfive.ksqltest.conformance.RestConformance;
import io.lastfive.localstack.Directories;
import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedRegistry;
import io.lastfive.registry.SchemaRegistryClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Servers for REST cases, each with a broker, a registry and an engine of its own; closing deletes
 * all they held.
 */
final class ConformanceStacks implements AutoCloseable {
  private final List<Runnable> ends = new ArrayList<>();
  private final List<RestConformance.Stack> stacks = new ArrayList<>();

  private ConformanceStacks() {}

  static ConformanceStacks start(int count) throws IOException {
    ConformanceStacks started = new ConformanceStacks();
    try {
      for (int i = 0; i < count; i++) {
        started.add();
      }
      return started;
    } catch (IOException | RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private void add() throws IOException {
    var state = Files.createTempDirectory("lastfive-conformance-");
    ends.add(() -> Directories.delete(state));
    // Records of the cases are of 1970.
    EmbeddedKafka kafka = EmbeddedKafka.builder().keepOldRecords().start();
    ends.add(kafka::close);
    EmbeddedRegistry registry = EmbeddedRegistry.start(kafka);
    ends.add(registry::close);
    CaseSchemas schemas =
        new CaseSchemas(
            URI.create(registry.url()),
            () -> new RegistrySchemaStore(SchemaRegistryClient.at(registry.url())));
    KsqlEngine engine =
        new KsqlEngine(
            new EngineConfig(
                "default_",
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                state,
                RestConformance.SETTINGS),
            new BuiltInFunctions(),
            schemas);
    ends.add(engine::close);
    KsqlServer server = KsqlServer.start(engine, "127.0.0.1", 0);
    ends.add(server::close);
    stacks.add(new RestConformance.Stack(engine, schemas, URI.create(server.address())));
  }

  List<RestConformance.Stack> stacks() {
    return List.copyOf(stacks);
  }

  @Override
  public void close() {
    Collections.reverse(ends);
    ends.forEach(Runnable::run);
    ends.clear();
  }
}
