// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.BindException;
import java.util.concurrent.CompletionException;

/** Serves the registry over HTTP. */
public final class RegistryServer implements AutoCloseable {
  private final Vertx vertx;
  private final SchemaRegistry registry;
  private final HttpServer server;

  private RegistryServer(SchemaLog log, String host, int port) throws BindException {
    this.registry = new SchemaRegistry(log);
    this.vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    try {
      this.server =
          vertx
              .createHttpServer(new HttpServerOptions().setHost(host).setPort(port))
              .requestHandler(RegistryRoutes.on(vertx, registry))
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .join();
    } catch (CompletionException e) {
      stop();
      if (e.getCause() instanceof BindException inUse) {
        throw inUse;
      }
      throw e;
    }
  }

  /** Keeps the schemas in the topic {@code _schemas}; port 0 takes a free one. */
  public static RegistryServer onKafka(String bootstrapServers, String host, int port)
      throws BindException {
    return new RegistryServer(new KafkaSchemaLog(bootstrapServers), host, port);
  }

  static RegistryServer on(SchemaLog log, String host, int port) throws BindException {
    return new RegistryServer(log, host, port);
  }

  public int port() {
    return server.actualPort();
  }

  @Override
  public void close() {
    stop();
  }

  private void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
    registry.close();
  }
}
