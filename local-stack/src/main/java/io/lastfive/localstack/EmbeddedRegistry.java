// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import io.lastfive.localstack.registry.RegistryServer;
import java.io.UncheckedIOException;
import java.net.BindException;

/**
 * A schema registry in this JVM with Confluent's REST API, for Avro, on the loopback interface
 * only.
 *
 * <p>It keeps everything in the compacted topic {@code _schemas} of the given Kafka and reads it
 * back at start, so it may be killed at any time. One registry at a time may write to a Kafka.
 */
public final class EmbeddedRegistry implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final RegistryServer server;

  private EmbeddedRegistry(RegistryServer server) {
    this.server = server;
  }

  /** A registry on a free port. */
  public static EmbeddedRegistry start(EmbeddedKafka kafka) {
    return start(kafka.bootstrapServers(), 0);
  }

  /** Returns once it answers; port 0 takes a free one. */
  public static EmbeddedRegistry start(String bootstrapServers, int port) {
    try {
      return new EmbeddedRegistry(RegistryServer.onKafka(bootstrapServers, HOST, port));
    } catch (BindException e) {
      BindException named = new BindException(Ports.inUse(HOST, port, "the schema registry"));
      named.initCause(e);
      throw new UncheckedIOException(named);
    }
  }

  /** What {@code schema.registry.url} of a client must be. */
  public String url() {
    return "http://%s:%d".formatted(HOST, server.port());
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
