// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import io.lastfive.ksqlengine.query.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker and its KRaft controller in this JVM, on the loopback interface only.
 *
 * <p>With a data directory topics and offsets survive a restart, after a hard kill of the JVM as
 * well; without one they live in a temporary directory that {@link #close} deletes. Topics are
 * never created by use. One broker may use a directory at a time.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int NODE_ID = 1;
  private static final String CONTROLLER = "CONTROLLER";
  private static final String NEVER = String.valueOf(Duration.ofDays(365).toMillis());

  private final Path dataDir;
  private final boolean temporary;
  private final int port;
  private final PreboundSockets sockets;
  private final ControllerServer controller;
  private final BrokerServer broker;

  private EmbeddedKafka(Builder options) throws Exception {
    this.temporary = options.dataDir.isEmpty();
    this.dataDir =
        temporary
            ? Files.createTempDirectory("lastfive-kafka-")
            : Files.createDirectories(options.dataDir.get());
    this.sockets = new PreboundSockets();
    try {
      this.port = sockets.bind(options.port, "Kafka");
      int controllerPort = sockets.bind(0, "the Kafka controller");
      KafkaConfig config =
          new KafkaConfig(configuration(port, controllerPort, options.properties), false);
      if (!Files.exists(dataDir.resolve("meta.properties"))) {
        format(dataDir);
      }
      MetaPropertiesEnsemble metaProperties = metaProperties(dataDir);
      BootstrapMetadata bootstrap = new BootstrapDirectory(dataDir.toString()).read();
      SharedServer shared =
          new SharedServer(
              config,
              metaProperties,
              Time.SYSTEM,
              Server.initializeMetrics(
                  config, Time.SYSTEM, metaProperties.clusterId().orElseThrow()),
              CompletableFuture.completedFuture(
                  QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
              List.of(),
              new StandardFaultHandlerFactory(),
              sockets);
      this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), bootstrap);
      this.broker = new BrokerServer(shared);
    } catch (Exception | Error e) {
      sockets.close();
      if (temporary) {
        Directories.delete(dataDir);
      }
      throw e;
    }
  }

  /** A broker on a free port with a temporary directory. */
  public static EmbeddedKafka start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** What {@code bootstrap.servers} of a client must be. */
  public String bootstrapServers() {
    return HOST + ":" + port;
  }

  public int port() {
    return port;
  }

  public Path dataDir() {
    return dataDir;
  }

  /**
   * Makes topics, and returns when they take records.
   *
   * @throws TopicExistsException where one of them is there
   */
  public void createTopics(Collection<NewTopic> topics) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      CreateTopicsResult created = admin.createTopics(topics);
      Map<String, Integer> partitions = new HashMap<>();
      for (NewTopic topic : topics) {
        partitions.put(topic.name(), created.numPartitions(topic.name()).get());
      }
      Topics.awaitServed(admin, partitions);
    } catch (ExecutionException e) {
      throw notMade(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /**
   * Adds partitions to a topic, and returns when they take records, as {@link #createTopics} does.
   *
   * @param count of all its partitions from then on
   * @throws KafkaException where the broker refuses that
   */
  public void increasePartitions(String topic, int count) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count))).all().get();
      Topics.awaitServed(admin, Map.of(topic, count));
    } catch (ExecutionException e) {
      throw notMade(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static RuntimeException notMade(ExecutionException failed) {
    return failed.getCause() instanceof KafkaException refused
        ? refused
        : new IllegalStateException("topics could not be made", failed);
  }

  private void startUp() {
    try {
      controller.startup();
      broker.startup();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Stops broker and controller, and waits until their files are closed. */
  @Override
  public void close() {
    broker.shutdown();
    controller.shutdown();
    broker.awaitShutdown();
    controller.awaitShutdown();
    sockets.close();
    if (temporary) {
      Directories.delete(dataDir);
    }
  }

  private Map<String, String> configuration(
      int brokerPort, int controllerPort, Map<String, String> overrides) {
    Map<String, String> config = new TreeMap<>();
    config.put("node.id", Integer.toString(NODE_ID));
    config.put("process.roles", "broker,controller");
    config.put("log.dirs", dataDir.toString());
    config.put(
        "listeners",
        "PLAINTEXT://%s:%d,%s://%s:%d"
            .formatted(HOST, brokerPort, CONTROLLER, HOST, controllerPort));
    config.put("advertised.listeners", "PLAINTEXT://%s:%d".formatted(HOST, brokerPort));
    config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("controller.listener.names", CONTROLLER);
    config.put("controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, HOST, controllerPort));

    // A broker killed hard is let in again once its old session has ended.
    config.put("broker.session.timeout.ms", "3000");
    config.put("broker.heartbeat.interval.ms", "500");
    config.put("initial.broker.registration.timeout.ms", "60000");

    config.put("auto.create.topics.enable", "false");
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("offsets.topic.num.partitions", "1");
    config.put("offsets.topic.replication.factor", "1");
    config.put("transaction.state.log.num.partitions", "1");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("share.coordinator.state.topic.num.partitions", "1");
    config.put("share.coordinator.state.topic.replication.factor", "1");
    config.put("share.coordinator.state.topic.min.isr", "1");

    // One machine, few clients: small pools, small buffers.
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    config.put("background.threads", "2");
    config.put("num.recovery.threads.per.data.dir", "2");
    config.put("group.coordinator.threads", "1");
    config.put("share.coordinator.threads", "1");
    config.put("log.cleaner.dedupe.buffer.size", "8388608");
    config.put("log.segment.bytes", "268435456");
    config.put("log.index.size.max.bytes", "1048576");
    config.put("metric.reporters", "");
    config.putAll(overrides);
    return config;
  }

  private static void format(Path dataDir) throws Exception {
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setSupportedFeatures(List.copyOf(Feature.PRODUCTION_FEATURES))
        .setNodeId(NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setControllerListenerName(CONTROLLER)
        .setMetadataLogDirectory(dataDir.toString())
        .addDirectory(dataDir.toString())
        .run();
  }

  private static MetaPropertiesEnsemble metaProperties(Path dataDir) throws IOException {
    MetaPropertiesEnsemble loaded =
        new MetaPropertiesEnsemble.Loader()
            .addMetadataLogDir(dataDir.toString())
            .addLogDirs(List.of(dataDir.toString()))
            .load();
    loaded.verify(
        Optional.empty(),
        OptionalInt.of(NODE_ID),
        EnumSet.of(
            MetaPropertiesEnsemble.VerificationFlag.REQUIRE_AT_LEAST_ONE_VALID,
            MetaPropertiesEnsemble.VerificationFlag.REQUIRE_METADATA_LOG_DIR));
    return loaded;
  }

  /** Where the broker listens and keeps its files. */
  public static final class Builder {
    private int port;
    private Optional<Path> dataDir = Optional.empty();
    private final Map<String, String> properties = new TreeMap<>();

    private Builder() {}

    /** The broker's port; 0, the default, takes a free one. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** Keeps the data here; the default is a temporary directory. */
    public Builder dataDir(Path dataDir) {
      this.dataDir = Optional.of(dataDir.toAbsolutePath());
      return this;
    }

    /** A setting of the broker, over the ones chosen here. */
    public Builder property(String name, String value) {
      properties.put(name, value);
      return this;
    }

    /**
     * Deletes no record for its age, for cases whose records are of long ago. Of a topic that is
     * compacted as well, as a windowed table's is, the log cleaner deletes those, every 15 s; of
     * others the retention check, half a minute after the start.
     */
    public Builder keepOldRecords() {
      return property("log.initial.task.delay.ms", NEVER)
          .property("log.retention.check.interval.ms", NEVER)
          .property("log.cleaner.backoff.ms", NEVER);
    }

    /** Returns once the broker serves clients. */
    public EmbeddedKafka start() {
      EmbeddedKafka kafka;
      try {
        kafka = new EmbeddedKafka(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("Kafka could not be set up in '" + dataDir + "'", e);
      }
      kafka.startUp();
      return kafka;
    }
  }

  /**
   * Sockets bound before the servers are built: the controller's address is part of its own
   * configuration, so its port must be known first.
   */
  private static final class PreboundSockets implements ServerSocketFactory {
    private final Map<Integer, ServerSocketChannel> bound = new ConcurrentHashMap<>();

    int bind(int wantedPort, String owner) throws IOException {
      ServerSocketChannel channel = Ports.bind(HOST, wantedPort, owner);
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      bound.put(port, channel);
      return port;
    }

    @Override
    public ServerSocketChannel openServerSocket(
        String listenerName, InetSocketAddress address, int backlog, int receiveBufferSize)
        throws IOException {
      ServerSocketChannel channel = bound.remove(address.getPort());
      if (channel == null) {
        return ServerSocketFactory.INSTANCE.openServerSocket(
            listenerName, address, backlog, receiveBufferSize);
      }
      channel.configureBlocking(false);
      return channel;
    }

    /** Closes the sockets that no server took over. */
    void close() {
      for (ServerSocketChannel channel : bound.values()) {
        try {
          channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      bound.clear();
    }
  }
}
