// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Every setting there is, in the order a payment flows. A new one is added here and to {@link
 * #all()}.
 */
public final class KnownSettings {
  /** {@code kafka.x} is handed to every Kafka client as {@code x}. */
  public static final String KAFKA_PREFIX = "kafka.";

  /** {@code schema.registry.x} is handed to registry clients, and as {@code x} to serializers. */
  public static final String SCHEMA_REGISTRY_PREFIX = "schema.registry.";

  public static final Setting<String> KAFKA_BOOTSTRAP_SERVERS =
      Setting.of(
          "kafka.bootstrap.servers",
          SettingType.BOOTSTRAP_SERVERS,
          "localhost:9092",
          "Kafka brokers. Any other kafka.* setting goes to every Kafka client without the prefix.");

  public static final Setting<Integer> TOPICS_PARTITIONS =
      Setting.of(
              "topics.partitions",
              SettingType.integer(1, 10_000),
              "6",
              "Partitions of the topics that 'topics create' makes.")
          .unit("partitions");

  public static final Setting<Integer> TOPICS_REPLICATION =
      Setting.of(
              "topics.replication",
              SettingType.integer(1, 100),
              "1",
              "Replicas of the topics that 'topics create' makes.")
          .unit("replicas");

  public static final Setting<Duration> TOPICS_RETENTION =
      Setting.of(
              "topics.retention",
              SettingType.DURATION_WITH_UNIT,
              "365d",
              "How long payments stay in the payment topics that 'topics create' makes.")
          .unit("duration");

  public static final Setting<URI> SCHEMA_REGISTRY_URL =
      Setting.of(
          "schema.registry.url",
          SettingType.HTTP_ADDRESS,
          "http://localhost:8081",
          "Schema Registry. What its clients and serializers have of their own goes to them: schema.registry.ssl.*, schema.registry.bearer.auth.token, schema.registry.normalize.schemas, ...");

  public static final Setting<String> SCHEMA_REGISTRY_USER_INFO =
      Setting.withoutDefault(
              "schema.registry.basic.auth.user.info",
              SettingType.TEXT,
              "user:password for a Schema Registry that asks for them.")
          .asSecret();

  public static final Setting<Boolean> AUTO_REGISTER_SCHEMAS =
      Setting.of(
          "auto.register.schemas",
          SettingType.BOOLEAN,
          "false",
          "Whether a serializer registers a schema it does not find; 'schemas register' is the safer way.");

  public static final Setting<Boolean> USE_LATEST_VERSION =
      Setting.of(
          "use.latest.version",
          SettingType.BOOLEAN,
          "false",
          "Whether a serializer writes with the subject's latest schema instead of the event's own.");

  public static final Setting<String> VALUE_SERIALIZER =
      Setting.of(
          "value.serializer",
          SettingType.TEXT,
          "io.lastfive.registry.LastfiveAvroSerializer",
          "Class that writes payments; Confluent's KafkaAvroSerializer drops in (jar in LASTFIVE_EXTRA_CLASSPATH).");

  public static final Setting<String> CARD_TOKEN_KEY =
      Setting.withoutDefault(
              "card.token.key",
              SettingType.TEXT,
              "Key of the HMAC-SHA-256 that turns a card number into its token, in hexadecimal digits.")
          .asSecret();

  public static final Setting<Path> CARD_TOKEN_KEY_FILE =
      Setting.withoutDefault(
          "card.token.key.file",
          SettingType.PATH,
          "File that holds card.token.key instead of a setting.");

  public static final Setting<URI> KSQLDB_URL =
      Setting.of(
          "ksqldb.url",
          SettingType.HTTP_ADDRESS,
          "http://localhost:8088",
          "ksqlDB, or the embedded engine.");

  public static final Setting<String> KSQLDB_USER =
      Setting.withoutDefault(
          "ksqldb.user", SettingType.TEXT, "User of a ksqlDB that asks for one.");

  public static final Setting<String> KSQLDB_PASSWORD =
      Setting.withoutDefault("ksqldb.password", SettingType.PASSWORD, "Password of ksqldb.user.")
          .asSecret();

  public static final Setting<String> SINK_TOPIC =
      Setting.of(
          "sink.topic",
          SettingType.TEXT,
          "PAYMENT-TRX-AGGR",
          "Topic of the table that the customer sink carries; a sink of another one wants a sink.group.id of its own.");

  public static final Setting<String> SINK_GROUP_ID =
      Setting.of(
          "sink.group.id",
          SettingType.TEXT,
          "customer-sink",
          "Consumer group of the customer sink.");

  public static final Setting<String> SINK_CLIENT_ID =
      Setting.of(
          "sink.client.id",
          SettingType.TEXT,
          "customer-sink",
          "Kafka client id of the customer sink.");

  public static final Setting<Integer> SINK_BATCH_SIZE =
      Setting.of(
              "sink.batch.size",
              SettingType.integer(1, 100_000),
              "50000",
              "Customers from which on the customer sink adds no more to a transaction; a small heap bounds it earlier.")
          .unit("customers");

  public static final Setting<Integer> SINK_WRITERS =
      Setting.of(
              "sink.writers",
              SettingType.integer(1, 64),
              "2",
              "Transactions that the customer sink has in flight at most; they share its partitions.")
          .unit("transactions");

  public static final Setting<Duration> SINK_RETRY_BACKOFF =
      Setting.of(
              "sink.retry.backoff",
              SettingType.DURATION_WITH_UNIT,
              "200ms",
              "Wait before the customer sink tries an unavailable database or broker again; doubles each time.")
          .unit("duration");

  public static final Setting<Duration> SINK_RETRY_BACKOFF_MAX =
      Setting.of(
              "sink.retry.backoff.max",
              SettingType.DURATION_WITH_UNIT,
              "10s",
              "The longest of those waits.")
          .unit("duration");

  public static final Setting<String> DATABASE_URL =
      Setting.of(
          "database.url",
          SettingType.JDBC_ADDRESS,
          "jdbc:postgresql://localhost:15432/lastfive",
          "The customer service's PostgreSQL.");

  public static final Setting<String> DATABASE_USER =
      Setting.of("database.user", SettingType.TEXT, "lastfive", "User of the database.");

  public static final Setting<String> DATABASE_PASSWORD =
      Setting.of(
              "database.password", SettingType.PASSWORD, "lastfive", "Password of database.user.")
          .asSecret();

  public static final Setting<String> DATABASE_READ_USER =
      Setting.withoutDefault(
          "database.read.user",
          SettingType.TEXT,
          "User with which the page reads, who needs SELECT only; database.user where it is not set.");

  public static final Setting<String> DATABASE_READ_PASSWORD =
      Setting.withoutDefault(
              "database.read.password", SettingType.PASSWORD, "Password of database.read.user.")
          .asSecret();

  public static final Setting<String> DATABASE_MIGRATE_USER =
      Setting.withoutDefault(
          "database.migrate.user",
          SettingType.TEXT,
          "User that makes and updates the tables, where database.user may only write rows.");

  public static final Setting<String> DATABASE_MIGRATE_PASSWORD =
      Setting.withoutDefault(
              "database.migrate.password",
              SettingType.PASSWORD,
              "Password of database.migrate.user.")
          .asSecret();

  public static final Setting<String> DATABASE_SCHEMA =
      Setting.of(
          "database.schema",
          SettingType.TEXT,
          "public",
          "Schema of the database that holds the tables of the customer sink.");

  public static final Setting<String> PAGE_HOST =
      Setting.of(
          "page.host", SettingType.TEXT, "127.0.0.1", "Address the customer page listens on.");

  public static final Setting<Integer> PAGE_PORT =
      Setting.of(
          "page.port", SettingType.PORT, "8080", "Port of the customer page; 0 takes a free one.");

  public static final Setting<Duration> PAGE_STALE_AFTER =
      Setting.of(
              "page.stale.after",
              SettingType.DURATION_WITH_UNIT,
              "1m",
              "Age of the newest record beyond which the page says that its data is old.")
          .unit("duration");

  public static final Setting<String> PAGE_USER =
      Setting.withoutDefault(
          "page.user",
          SettingType.TEXT,
          "User that the page asks for (basic authentication); nobody is asked where it is not set.");

  public static final Setting<String> PAGE_PASSWORD =
      Setting.withoutDefault("page.password", SettingType.TEXT, "Password of page.user.")
          .asSecret();

  public static final Setting<String> PAGE_TOKEN =
      Setting.withoutDefault(
              "page.token",
              SettingType.TEXT,
              "Bearer token with which programs may use the page's API, Prometheus for example.")
          .asSecret();

  public static final Setting<Path> DATA_DIR =
      Setting.of(
          "data.dir",
          SettingType.PATH,
          ".lastfive",
          "Folder where the embedded stack keeps its data between runs.");

  private KnownSettings() {}

  public static List<Setting<?>> all() {
    return List.of(
        KAFKA_BOOTSTRAP_SERVERS,
        TOPICS_PARTITIONS,
        TOPICS_REPLICATION,
        TOPICS_RETENTION,
        SCHEMA_REGISTRY_URL,
        SCHEMA_REGISTRY_USER_INFO,
        AUTO_REGISTER_SCHEMAS,
        USE_LATEST_VERSION,
        VALUE_SERIALIZER,
        CARD_TOKEN_KEY,
        CARD_TOKEN_KEY_FILE,
        KSQLDB_URL,
        KSQLDB_USER,
        KSQLDB_PASSWORD,
        SINK_TOPIC,
        SINK_GROUP_ID,
        SINK_CLIENT_ID,
        SINK_BATCH_SIZE,
        SINK_WRITERS,
        SINK_RETRY_BACKOFF,
        SINK_RETRY_BACKOFF_MAX,
        DATABASE_URL,
        DATABASE_USER,
        DATABASE_PASSWORD,
        DATABASE_READ_USER,
        DATABASE_READ_PASSWORD,
        DATABASE_MIGRATE_USER,
        DATABASE_MIGRATE_PASSWORD,
        DATABASE_SCHEMA,
        PAGE_HOST,
        PAGE_PORT,
        PAGE_STALE_AFTER,
        PAGE_USER,
        PAGE_PASSWORD,
        PAGE_TOKEN,
        DATA_DIR);
  }
}
