// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import io.lastfive.producers.channel.CardShapedText;
import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Looks for card numbers wherever a running pipeline keeps anything: every topic with internal
 * ones, every table, every file. Digits count in one piece or with single spaces, dashes or zero
 * bytes (UTF-16) between them. What is compressed it would not see: nothing here is.
 */
final class CardScan {
  private static final int SHORTEST = 12;
  private static final int LONGEST = 19;
  private static final Set<String> NO_FREE_TEXT =
      Set.of("payment_id", "uetr", "card_token", "debtor_iban", "creditor_iban");

  private final Settings settings;
  private final Set<String> numbers;
  private final Map<String, Integer> looked = new TreeMap<>();

  CardScan(Settings settings, Set<String> numbers) {
    this.settings = settings;
    this.numbers = Set.copyOf(numbers);
  }

  /** What the last scan read: records by topic, rows by table. */
  Map<String, Integer> looked() {
    return looked;
  }

  /** The topics in whose records a number stands. */
  Set<String> topics() throws ExecutionException, InterruptedException {
    Set<String> found = new TreeSet<>();
    eachRecord(
        (topic, message) -> {
          if (holdsOne(message.key()) || holdsOne(message.value())) {
            found.add(topic);
          }
          for (Header header : message.headers()) {
            if (holdsOne(header.value())) {
              found.add(topic);
            }
          }
        });
    return found;
  }

  /** Fields of events in which anything reads as a card number. */
  Set<String> cardShapedFields() throws ExecutionException, InterruptedException {
    Set<String> found = new TreeSet<>();
    try (LastfiveAvroDeserializer values = new LastfiveAvroDeserializer()) {
      values.configure(
          Map.of("schema.registry.url", settings.get(KnownSettings.SCHEMA_REGISTRY_URL).toString()),
          false);
      eachRecord(
          (topic, message) -> {
            byte[] value = message.value();
            if (value != null && value.length > 5 && value[0] == 0 && topic.contains("PAYMENT")) {
              collect(topic, values.deserialize(topic, value), found);
            }
          });
    }
    return found;
  }

  private static void collect(String path, Object value, Set<String> found) {
    if (value instanceof IndexedRecord fields) {
      fields
          .getSchema()
          .getFields()
          .forEach(
              field -> {
                if (!NO_FREE_TEXT.contains(field.name().toLowerCase(Locale.ROOT))) {
                  collect(path + "." + field.name(), fields.get(field.pos()), found);
                }
              });
    } else if (value instanceof List<?> list) {
      list.forEach(element -> collect(path, element, found));
    } else if (value instanceof CharSequence text && CardShapedText.isIn(text)) {
      found.add(path);
    }
  }

  private void eachRecord(BiConsumer<String, ConsumerRecord<byte[], byte[]>> reader)
      throws ExecutionException, InterruptedException {
    Set<String> topics;
    try (Admin admin = Admin.create(new HashMap<>(settings.kafkaProperties()))) {
      topics = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    }
    topics.forEach(topic -> looked.put("topic " + topic, 0));
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            new HashMap<>(settings.kafkaProperties()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(Duration.ofMillis(200))) {
          looked.merge("topic " + message.topic(), 1, Integer::sum);
          reader.accept(message.topic(), message);
        }
      }
    }
  }

  /** The tables of the database, every schema's, in which a number stands. */
  Set<String> tables() throws SQLException {
    Set<String> found = new TreeSet<>();
    try (Connection connection =
            DriverManager.getConnection(
                settings.get(KnownSettings.DATABASE_URL),
                settings.get(KnownSettings.DATABASE_USER),
                settings.get(KnownSettings.DATABASE_PASSWORD));
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                  + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      for (String table : tables) {
        looked.put("table " + table, 0);
        try (ResultSet rows = statement.executeQuery("SELECT t::text FROM " + table + " t")) {
          while (rows.next()) {
            looked.merge("table " + table, 1, Integer::sum);
            if (holdsOne(rows.getString(1).getBytes(StandardCharsets.UTF_8))) {
              found.add(table);
            }
          }
        }
      }
    }
    return found;
  }

  /**
   * The files below {@code folder} in which a number stands, state stores and segments included.
   */
  Set<String> files(Path folder) throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // Indexes hold positions, and are mostly holes.
        if (!file.toString().endsWith("index") && holdsOne(Files.readAllBytes(file))) {
          found.add(folder.relativize(file).toString());
        }
      }
    }
    return found;
  }

  boolean holdsOne(byte[] bytes) {
    if (bytes == null) {
      return false;
    }
    char[] digits = new char[LONGEST];
    int count = 0;
    int gap = 0;
    for (byte b : bytes) {
      if (b >= '0' && b <= '9') {
        if (count == LONGEST) {
          System.arraycopy(digits, 1, digits, 0, LONGEST - 1);
          count--;
        }
        digits[count++] = (char) b;
        gap = 0;
        if (count >= SHORTEST && endsInOne(digits, count)) {
          return true;
        }
      } else if (b == 0 || ((b == ' ' || b == '-') && gap == 0)) {
        gap += b == 0 ? 0 : 1;
      } else {
        count = 0;
        gap = 0;
      }
    }
    return false;
  }

  private boolean endsInOne(char[] digits, int count) {
    for (int length = SHORTEST; length <= count; length++) {
      if (numbers.contains(new String(digits, count - length, length))) {
        return true;
      }
    }
    return false;
  }
}
