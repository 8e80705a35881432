// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: all that a payment flows through on one machine. Kafka, the schema registry and the
 * KSQL engine run in this JVM, PostgreSQL beside it, all on the loopback interface.
 *
 * <p>With a data directory everything is kept between runs, also when this JVM is killed: the next
 * start recovers by itself. One stack at a time may use a directory; a second one is refused. Order
 * of start: PostgreSQL beside Kafka, then the registry, then the engine; of stop: the reverse.
 */
public final class LocalStack implements AutoCloseable {
  /** The file in the data directory with the key of card tokens. */
  public static final String CARD_TOKEN_KEY_FILE = "card.token.key";

  private final StackFolder folder;
  private final Optional<Path> toDelete;
  private final Path cardTokenKey;
  private final EmbeddedKafka kafka;
  private final EmbeddedRegistry registry;
  private final EmbeddedKsql ksql;
  private final EmbeddedPostgres postgres;
  private final List<StackPart> parts;

  private LocalStack(
      StackFolder folder,
      Optional<Path> toDelete,
      Path cardTokenKey,
      EmbeddedKafka kafka,
      EmbeddedRegistry registry,
      EmbeddedKsql ksql,
      EmbeddedPostgres postgres,
      List<StackPart> parts) {
    this.folder = folder;
    this.toDelete = toDelete;
    this.cardTokenKey = cardTokenKey;
    this.kafka = kafka;
    this.registry = registry;
    this.ksql = ksql;
    this.postgres = postgres;
    this.parts = List.copyOf(parts);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** A stack on free ports that leaves nothing behind. */
  public static LocalStack start() {
    return builder().start();
  }

  /** Says at once why a stack could not start here: the folder is held, or ports are in use. */
  public static void refuseUnstartable(Path dataDir, StackPorts ports) throws IOException {
    StackFolder.take(dataDir.toAbsolutePath().normalize()).close();
    ports.refuseUsed();
  }

  public EmbeddedKafka kafka() {
    return kafka;
  }

  public EmbeddedRegistry registry() {
    return registry;
  }

  public EmbeddedKsql ksql() {
    return ksql;
  }

  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /** What is up, in the order in which it came up. */
  public List<StackPart> parts() {
    return parts;
  }

  /** The settings with this stack's addresses, and with its card token key where they have none. */
  public Settings connect(Settings settings) {
    Settings connected =
        settings
            .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, kafka.bootstrapServers())
            .with(KnownSettings.SCHEMA_REGISTRY_URL, registry.url())
            .with(KnownSettings.KSQLDB_URL, ksql.url())
            .with(KnownSettings.DATABASE_URL, postgres.jdbcUrl())
            .with(KnownSettings.DATABASE_USER, postgres.user())
            .with(KnownSettings.DATABASE_PASSWORD, postgres.password());
    boolean hasKey =
        settings.find(KnownSettings.CARD_TOKEN_KEY).isPresent()
            || settings.find(KnownSettings.CARD_TOKEN_KEY_FILE).isPresent();
    return hasKey ? connected : connected.with(KnownSettings.CARD_TOKEN_KEY_FILE, cardTokenKey);
  }

  /** Stops everything and waits for it; goes on where one part fails to stop, and then says so. */
  @Override
  public void close() {
    Closing closing = new Closing();
    closing.close(ksql);
    closing.close(registry);
    closing.close(kafka);
    closing.close(postgres);
    toDelete.ifPresent(directory -> closing.close(() -> Directories.delete(directory)));
    closing.close(folder);
    closing.rethrow();
  }

  /** Where the stack listens and keeps its data. */
  public static final class Builder {
    private Optional<Path> dataDir = Optional.empty();
    private boolean ephemeral;
    private StackPorts ports = StackPorts.free();
    private String user = Settings.defaults().get(KnownSettings.DATABASE_USER);
    private String password = Settings.defaults().get(KnownSettings.DATABASE_PASSWORD);
    private Consumer<StackPart> listener = part -> {};

    private Builder() {}

    /** Keeps data here between runs; the default is a temporary directory. */
    public Builder dataDir(Path dataDir) {
      this.dataDir = Optional.of(dataDir);
      return this;
    }

    /**
     * Begins empty and forgets everything at the end; the data directory holds lock and key only.
     */
    public Builder ephemeral(boolean ephemeral) {
      this.ephemeral = ephemeral;
      return this;
    }

    public Builder ports(StackPorts ports) {
      this.ports = ports;
      return this;
    }

    /** Who owns the database. */
    public Builder databaseOwner(String user, String password) {
      this.user = user;
      this.password = password;
      return this;
    }

    /** Is told of each part once it is up, from any thread. */
    public Builder onPartUp(Consumer<StackPart> listener) {
      this.listener = listener;
      return this;
    }

    /** Returns once every part serves its clients. */
    public LocalStack start() {
      try {
        Path path =
            dataDir.isPresent()
                ? dataDir.get().toAbsolutePath().normalize()
                : Files.createTempDirectory("lastfive-stack-");
        StackFolder folder = StackFolder.take(path);
        Optional<Path> toDelete = dataDir.isEmpty() ? Optional.of(path) : Optional.empty();
        try {
          ports.refuseUsed();
          return new Start(this, folder, toDelete).run();
        } catch (RuntimeException | IOException e) {
          Closing closing = new Closing();
          toDelete.ifPresent(directory -> closing.close(() -> Directories.delete(directory)));
          closing.close(folder);
          throw e;
        }
      } catch (UncheckedIOException e) {
        throw notStarted(e, e.getCause());
      } catch (IOException e) {
        throw notStarted(e, e);
      }
    }

    private static UnavailableError notStarted(Exception error, @Nullable IOException reason) {
      return new UnavailableError(
          "The stack could not be started: " + (reason == null ? error : reason).getMessage(),
          error);
    }
  }

  /** One start: what is up so far, so that a failure takes it down again. */
  private static final class Start {
    private static final String EPHEMERAL = "ephemeral";

    private final Builder options;
    private final StackFolder folder;
    private final Optional<Path> toDelete;
    private final Path data;
    private final boolean durable;
    private final long startedAt = System.nanoTime();
    private final List<StackPart> parts = new ArrayList<>();

    Start(Builder options, StackFolder folder, Optional<Path> toDelete) {
      this.options = options;
      this.folder = folder;
      boolean inside = options.ephemeral && toDelete.isEmpty();
      this.data = folder.resolve(inside ? EPHEMERAL : "");
      this.toDelete = inside ? Optional.of(data) : toDelete;
      this.durable = !options.ephemeral && toDelete.isEmpty();
    }

    LocalStack run() throws IOException {
      forgetLastEphemeralRun();
      tell(false);
      CompletableFuture<EmbeddedPostgres> postgres = new CompletableFuture<>();
      Thread beside =
          new Thread(() -> complete(postgres, this::startPostgres), "lastfive-postgres-start");
      beside.start();
      Closing closing = new Closing();
      EmbeddedKafka kafka = null;
      EmbeddedRegistry registry = null;
      EmbeddedKsql ksql = null;
      try {
        kafka = startKafka();
        registry = startRegistry(kafka);
        ksql = startKsql(kafka, registry);
        EmbeddedPostgres database = join(postgres);
        LocalStack stack =
            new LocalStack(
                folder, toDelete, folder.cardTokenKey(), kafka, registry, ksql, database, parts);
        tell(true);
        return stack;
      } catch (RuntimeException | IOException e) {
        closing.closeIfPresent(ksql);
        closing.closeIfPresent(registry);
        closing.closeIfPresent(kafka);
        closing.closeIfPresent(postgres.exceptionally(failed -> null).join());
        throw e;
      }
    }

    private EmbeddedKafka startKafka() {
      EmbeddedKafka kafka =
          EmbeddedKafka.builder()
              .dataDir(data.resolve("kafka"))
              .port(options.ports.kafka())
              .start();
      up("Kafka", KnownSettings.KAFKA_BOOTSTRAP_SERVERS.name(), kafka.bootstrapServers());
      return kafka;
    }

    private EmbeddedRegistry startRegistry(EmbeddedKafka kafka) {
      EmbeddedRegistry registry =
          EmbeddedRegistry.start(kafka.bootstrapServers(), options.ports.registry());
      up("schema registry", KnownSettings.SCHEMA_REGISTRY_URL.name(), registry.url());
      return registry;
    }

    private EmbeddedKsql startKsql(EmbeddedKafka kafka, EmbeddedRegistry registry) {
      EmbeddedKsql ksql =
          EmbeddedKsql.start(
              kafka.bootstrapServers(), registry.url(), data.resolve("ksql"), options.ports.ksql());
      up("KSQL engine", KnownSettings.KSQLDB_URL.name(), ksql.url());
      return ksql;
    }

    private EmbeddedPostgres startPostgres() {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .dataDir(data.resolve("postgres"))
              .durable(durable)
              .port(options.ports.postgres())
              .owner(options.user, options.password)
              .start();
      up("PostgreSQL", KnownSettings.DATABASE_URL.name(), postgres.jdbcUrl());
      return postgres;
    }

    /** A killed run could not delete its data; its PostgreSQL may even run still. */
    private void forgetLastEphemeralRun() throws IOException {
      Path left = folder.resolve(EPHEMERAL);
      if (Files.exists(left)) {
        EmbeddedPostgres.stopLeftover(left.resolve("postgres"));
        Directories.delete(left);
      }
    }

    private void up(String name, String setting, String address) {
      StackPart part = new StackPart(name, setting, address, millis());
      synchronized (parts) {
        parts.add(part);
      }
      try {
        tell(false);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      options.listener.accept(part);
    }

    private void tell(boolean ready) throws IOException {
      synchronized (parts) {
        new RunningStack(ProcessHandle.current().pid(), ready, millis(), parts).write(folder);
      }
    }

    private long millis() {
      return (System.nanoTime() - startedAt) / 1_000_000;
    }

    private static void complete(
        CompletableFuture<EmbeddedPostgres> future, Supplier<EmbeddedPostgres> start) {
      try {
        future.complete(start.get());
      } catch (RuntimeException | Error e) {
        future.completeExceptionally(e);
      }
    }

    private static EmbeddedPostgres join(CompletableFuture<EmbeddedPostgres> future) {
      try {
        return future.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  /** Closes one thing after another, whatever fails. */
  private static final class Closing {
    private @Nullable RuntimeException first;

    void closeIfPresent(@Nullable AutoCloseable part) {
      if (part != null) {
        close(part);
      }
    }

    void close(AutoCloseable part) {
      try {
        part.close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        if (first == null) {
          first = new IllegalStateException("a part of the stack could not be stopped", e);
        } else {
          first.addSuppressed(e);
        }
      }
    }

    void rethrow() {
      if (first != null) {
        throw first;
      }
    }
  }
}
