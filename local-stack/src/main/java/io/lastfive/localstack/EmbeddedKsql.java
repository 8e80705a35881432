// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.serde.RegistrySchemaStore;
import io.lastfive.ksqlengine.server.KsqlServer;
import io.lastfive.registry.SchemaRegistryClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The embedded KSQL engine with ksqlDB's REST API in front of it, in this JVM, on the loopback
 * interface only. Its statements are kept in Kafka, so a restart brings streams, tables and queries
 * back; state stores that are lost are read again from Kafka.
 */
public final class EmbeddedKsql implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  /** ksqlDB's default. */
  private static final String SERVICE_ID = "default_";

  private final KsqlEngine engine;
  private final KsqlServer server;

  private EmbeddedKsql(KsqlEngine engine, KsqlServer server) {
    this.engine = engine;
    this.server = server;
  }

  /** Returns once the statements of earlier runs are carried out; port 0 takes a free one. */
  public static EmbeddedKsql start(
      String bootstrapServers, String registryUrl, Path stateDirectory, int port) {
    return start(bootstrapServers, registryUrl, stateDirectory, port, Map.of());
  }

  /**
   * @param settings of the server, as {@code ksql-server.properties} would have them
   */
  public static EmbeddedKsql start(
      String bootstrapServers,
      String registryUrl,
      Path stateDirectory,
      int port,
      Map<String, String> settings) {
    EngineConfig config =
        new EngineConfig(
            SERVICE_ID, Map.of("bootstrap.servers", bootstrapServers), stateDirectory, settings);
    KsqlEngine engine =
        new KsqlEngine(
            config,
            new BuiltInFunctions(),
            new RegistrySchemaStore(
                new SchemaRegistryClient(Map.of("schema.registry.url", registryUrl))));
    try {
      return new EmbeddedKsql(engine, KsqlServer.start(engine, HOST, port));
    } catch (IOException e) {
      engine.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /** What {@code ksqldb.url} of a client must be. */
  public String url() {
    return server.address();
  }

  public int port() {
    return server.port();
  }

  /** The engine itself, for those who look inside. */
  public KsqlEngine engine() {
    return engine;
  }

  @Override
  public void close() {
    server.close();
    engine.close();
  }
}
