// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.driver;

import io.lastfive.ksqlengine.analysis.AnalysedQuery;
import io.lastfive.ksqlengine.topology.SkipUnreadableRecords;
import io.lastfive.ksqlengine.topology.SkipUnwritableRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** One query in a topology test driver: every intermediate result comes out, nothing is cached. */
final class QueryDriver implements AutoCloseable {
  private static final String STREAMS_PREFIX = "ksql.streams.";

  private final TopologyTestDriver driver;
  private final Path stateFolder;
  private final String sinkTopic;
  private final TestOutputTopic<byte[], byte[]> output;
  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();

  QueryDriver(
      AnalysedQuery query,
      Topology topology,
      String queryId,
      String sinkTopic,
      Map<String, String> properties) {
    this.sinkTopic = sinkTopic;
    try {
      this.stateFolder = Files.createTempDirectory("conformance");
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for state stores", e);
    }
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(queryId));
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
    config.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, SkipUnreadableRecords.class);
    config.put(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, SkipUnwritableRecords.class);
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(STREAMS_PREFIX)) {
            config.put(name.substring(STREAMS_PREFIX.length()), value);
          }
        });
    this.driver = new TopologyTestDriver(topology, config, Instant.EPOCH);
    query
        .sources()
        .forEach(
            source ->
                inputs.computeIfAbsent(
                    source.source().topic().toLowerCase(Locale.ROOT),
                    topic ->
                        driver.createInputTopic(
                            source.source().topic(),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())));
    this.output =
        driver.createOutputTopic(
            sinkTopic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static String applicationId(String queryId) {
    return "_confluent-ksql-some.ksql.service.idquery_" + queryId;
  }

  String sinkTopic() {
    return sinkTopic;
  }

  /** What comes out when the record of that topic goes in; nothing where it is none of its. */
  List<TestRecord<byte[], byte[]>> pipe(String topic, TestRecord<byte[], byte[]> record) {
    TestInputTopic<byte[], byte[]> input = inputs.get(topic.toLowerCase(Locale.ROOT));
    if (input == null) {
      return List.of();
    }
    input.pipeInput(record);
    return output.isEmpty() ? List.of() : output.readRecordsToList();
  }

  /**
   * Copies what the stores of {@code other} hold to those of the same name. Stores of windows and
   * of joins are left: no query that has one can be replaced.
   */
  @SuppressWarnings(
      "unchecked") // The stores of one name are of one kind: both topologies are alike.
  void copyState(QueryDriver other) {
    Map<String, StateStore> sources = other.driver.getAllStateStores();
    driver
        .getAllStateStores()
        .forEach(
            (name, store) -> {
              if (store instanceof KeyValueStore<?, ?> own
                  && sources.get(name) instanceof KeyValueStore<?, ?> source) {
                try (KeyValueIterator<Object, Object> entries =
                    ((KeyValueStore<Object, Object>) source).all()) {
                  entries.forEachRemaining(
                      entry -> ((KeyValueStore<Object, Object>) own).put(entry.key, entry.value));
                }
              }
            });
  }

  @Override
  public void close() {
    driver.close();
    try (Stream<Path> files = Files.walk(stateFolder)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("state folder " + stateFolder + " is not to be emptied", e);
    }
  }
}
