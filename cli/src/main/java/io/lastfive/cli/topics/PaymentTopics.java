// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.topics;

import io.lastfive.ksqlengine.query.Topics;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.internals.Topic;

/**
 * Entry point: the topics that payments flow through, made before any script or service uses them,
 * so that none is made with a broker's defaults. They take records when it returns. May run any
 * number of times: a topic that is there is left alone.
 */
public final class PaymentTopics {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /**
   * What became of a topic.
   *
   * @param differences where a topic that was there is not as the settings say, such as {@code
   *     partitions 3 instead of 6}
   */
  public record Outcome(String topic, boolean created, List<String> differences) {
    public Outcome {
      differences = List.copyOf(differences);
    }
  }

  private PaymentTopics() {}

  /** Makes the topics that are not there; the outcomes are in the order of the flow. */
  public static List<Outcome> create(Settings settings) {
    return create(settings, List.of());
  }

  /**
   * @param channels topics of further payment channels, made as those of the known ones are
   */
  static List<Outcome> create(Settings settings, List<String> channels) {
    channels.forEach(PaymentTopics::refuseBadName);
    List<NewTopic> wanted = wanted(settings, channels);
    try (Admin admin = connect(settings)) {
      Map<String, Boolean> created = createMissing(admin, wanted);
      Topics.awaitServed(
          admin,
          wanted.stream()
              .filter(topic -> created.get(topic.name()))
              .collect(Collectors.toMap(NewTopic::name, NewTopic::numPartitions)));
      List<Outcome> outcomes = new ArrayList<>();
      for (NewTopic topic : wanted) {
        boolean isNew = created.getOrDefault(topic.name(), false);
        List<String> differences = isNew ? List.of() : differences(admin, topic);
        outcomes.add(new Outcome(topic.name(), isNew, differences));
      }
      return outcomes;
    } catch (ExecutionException failed) {
      throw explain(settings, failed.getCause() == null ? failed : failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UserError("Stopped before all topics were made. Run it again.", interrupted);
    }
  }

  private static void refuseBadName(String topic) {
    try {
      Topic.validate(topic);
    } catch (InvalidTopicException bad) {
      throw new UserError("'%s' cannot be a topic: %s".formatted(topic, bad.getMessage()), bad);
    }
  }

  private static List<NewTopic> wanted(Settings settings, List<String> channels) {
    int partitions = settings.get(KnownSettings.TOPICS_PARTITIONS);
    short replication = settings.get(KnownSettings.TOPICS_REPLICATION).shortValue();
    Map<String, String> kept =
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            Long.toString(settings.get(KnownSettings.TOPICS_RETENTION).toMillis()));
    // A table's topic: the newest record of each customer stays, however old.
    Map<String, String> compacted =
        Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);

    Map<String, Map<String, String>> topics = new LinkedHashMap<>();
    Arrays.stream(PaymentEvent.values()).forEach(event -> topics.put(event.topic(), kept));
    channels.forEach(topic -> topics.put(topic, kept));
    topics.put("PAYMENT-OUTPUT", kept);
    topics.put("PAYMENT-TRX-AGGR", compacted);
    topics.put("PAYMENT-TRX-AGGR-DLQ", kept);
    List<NewTopic> wanted = new ArrayList<>();
    topics.forEach(
        (name, configuration) ->
            wanted.add(new NewTopic(name, partitions, replication).configs(configuration)));
    return wanted;
  }

  private static Admin connect(Settings settings) {
    Map<String, Object> properties = new TreeMap<>();
    properties.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(LONGEST_WAIT.toMillis()));
    properties.put(
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(LONGEST_WAIT.toMillis() / 2));
    properties.putAll(settings.kafkaProperties());
    try {
      return Admin.create(properties);
    } catch (KafkaException refused) {
      throw explain(settings, refused);
    }
  }

  /** Whether each topic is new; false for those that were there. */
  private static Map<String, Boolean> createMissing(Admin admin, List<NewTopic> wanted)
      throws ExecutionException, InterruptedException {
    Map<String, Boolean> created = new LinkedHashMap<>();
    for (Map.Entry<String, KafkaFuture<Void>> topic :
        admin.createTopics(wanted).values().entrySet()) {
      try {
        topic.getValue().get();
        created.put(topic.getKey(), true);
      } catch (ExecutionException failed) {
        if (!(failed.getCause() instanceof TopicExistsException)) {
          throw failed;
        }
        created.put(topic.getKey(), false);
      }
    }
    return created;
  }

  private static List<String> differences(Admin admin, NewTopic wanted)
      throws ExecutionException, InterruptedException {
    List<String> differences = new ArrayList<>();
    TopicDescription found = only(admin.describeTopics(List.of(wanted.name())).allTopicNames());
    addDifference(differences, "partitions", found.partitions().size(), wanted.numPartitions());
    addDifference(
        differences,
        "replication",
        found.partitions().get(0).replicas().size(),
        wanted.replicationFactor());
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, wanted.name());
    Config configuration = only(admin.describeConfigs(List.of(resource)).all());
    new TreeMap<>(wanted.configs())
        .forEach(
            (name, value) -> {
              ConfigEntry entry = configuration.get(name);
              addDifference(differences, name, entry == null ? "none" : entry.value(), value);
            });
    return differences;
  }

  private static <K, V> V only(KafkaFuture<Map<K, V>> answer)
      throws ExecutionException, InterruptedException {
    return answer.get().values().iterator().next();
  }

  private static void addDifference(
      List<String> differences, String what, Object found, Object wanted) {
    if (!found.toString().equals(wanted.toString())) {
      differences.add(what + " " + found + " instead of " + wanted);
    }
  }

  private static RuntimeException explain(Settings settings, Throwable failure) {
    String brokers = settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS);
    Throwable root = rootOf(failure);
    if (failure instanceof TimeoutException) {
      return away(brokers, "no answer within " + longestWait(settings).toSeconds() + " s", failure);
    }
    if (root instanceof ConfigException
        && Objects.toString(root.getMessage()).startsWith("No resolvable bootstrap")) {
      return away(brokers, "the host is not known", failure);
    }
    if (root instanceof ConfigException) {
      return new UserError(
          "Kafka's client refuses a kafka.* setting: %s. './lastfive config' shows where it was set."
              .formatted(root.getMessage()),
          failure);
    }
    return new UserError(
        "Kafka at " + brokers + " refused to make the topics: " + failure.getMessage(), failure);
  }

  private static UnavailableError away(String brokers, String reason, Throwable failure) {
    return UnavailableError.at(
        "Kafka", brokers, KnownSettings.KAFKA_BOOTSTRAP_SERVERS, reason, failure);
  }

  private static Duration longestWait(Settings settings) {
    return Optional.ofNullable(
            settings.kafkaProperties().get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG))
        .map(text -> Duration.ofMillis(Long.parseLong(text)))
        .orElse(LONGEST_WAIT);
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
