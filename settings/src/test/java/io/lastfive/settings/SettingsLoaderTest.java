// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {
  private static final Optional<Path> NO_FILE = Optional.empty();

  @TempDir private Path folder;

  @Test
  void takesDefaultsWhereNothingIsSet() {
    Settings settings = SettingsLoader.load(NO_FILE, Map.of(), Map.of());

    assertThat(settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS)).isEqualTo("localhost:9092");
    assertThat(settings.get(KnownSettings.TOPICS_RETENTION)).isEqualTo(Duration.ofDays(365));
    assertThat(settings.get(KnownSettings.KSQLDB_URL))
        .isEqualTo(URI.create("http://localhost:8088"));
    assertThat(settings.find(KnownSettings.CARD_TOKEN_KEY)).isEmpty();
    assertThat(settings.origin(KnownSettings.PAGE_PORT)).isEqualTo(Origin.DEFAULT);
  }

  @Test
  void takesEnvironmentOverFileAndFlagsOverBoth() {
    Path file = file("page.port=1", "page.host=file", "data.dir=file");
    Map<String, String> environment =
        Map.of("LASTFIVE_PAGE_PORT", "2", "LASTFIVE_PAGE_HOST", "environment");

    Settings settings =
        SettingsLoader.load(Optional.of(file), environment, Map.of("page.port", "3"));

    assertThat(settings.get(KnownSettings.PAGE_PORT)).isEqualTo(3);
    assertThat(settings.get(KnownSettings.PAGE_HOST)).isEqualTo("environment");
    assertThat(settings.get(KnownSettings.DATA_DIR)).isEqualTo(Path.of("file"));
    assertThat(settings.origin(KnownSettings.PAGE_PORT).place()).isEqualTo("flag --page.port");
    assertThat(settings.origin(KnownSettings.PAGE_HOST).place())
        .isEqualTo("environment variable LASTFIVE_PAGE_HOST");
    assertThat(settings.origin(KnownSettings.DATA_DIR).place()).isEqualTo(file + ":3");
  }

  @Test
  void takesTheFileThatTheEnvironmentNames() {
    Path file = file("page.port=1");

    Settings settings =
        SettingsLoader.load(NO_FILE, Map.of("LASTFIVE_CONFIG", file.toString()), Map.of());

    assertThat(settings.get(KnownSettings.PAGE_PORT)).isEqualTo(1);
  }

  @Test
  void handsAnyKafkaSettingToKafkaClients() {
    Path file = file("kafka.linger.ms=5");
    Map<String, String> environment =
        Map.of(
            "LASTFIVE_KAFKA_BOOTSTRAP_SERVERS",
            "a:1,b:2",
            "LASTFIVE_KAFKA_SECURITY_PROTOCOL",
            "SSL");
    Map<String, String> flags = Map.of("kafka.confluent.monitoring.interval", "9");

    Settings settings = SettingsLoader.load(Optional.of(file), environment, flags);

    assertThat(settings.kafkaProperties())
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "a:1,b:2",
                "confluent.monitoring.interval", "9",
                "linger.ms", "5",
                "security.protocol", "SSL"));
  }

  @Test
  void namesRegistrySettingsAsConfluentsSerializersDo() {
    Map<String, String> flags =
        Map.of(
            "schema.registry.url", "https://registry:8081",
            "schema.registry.basic.auth.user.info", "me:secret",
            "schema.registry.ssl.truststore.location", "trust.jks",
            "schema.registry.normalize.schemas", "true");

    Settings settings = SettingsLoader.load(NO_FILE, Map.of(), flags);

    assertThat(settings.schemaRegistryProperties())
        .isEqualTo(
            Map.of(
                "auto.register.schemas", "false",
                "basic.auth.credentials.source", "USER_INFO",
                "basic.auth.user.info", "me:secret",
                "normalize.schemas", "true",
                "schema.registry.normalize.schemas", "true",
                "schema.registry.ssl.truststore.location", "trust.jks",
                "schema.registry.url", "https://registry:8081",
                "use.latest.version", "false"));
  }

  @Test
  void takesAnEmptyVariableAsNotSet() {
    Settings settings = SettingsLoader.load(NO_FILE, Map.of("LASTFIVE_PAGE_PORT", ""), Map.of());

    assertThat(settings.origin(KnownSettings.PAGE_PORT)).isEqualTo(Origin.DEFAULT);
  }

  @Test
  void leavesTheLaunchersVariablesAlone() {
    Map<String, String> environment =
        Map.of("LASTFIVE_EXTRA_CLASSPATH", "a.jar", "LASTFIVE_JAVA_OPTS", "-Xmx1g", "PATH", "/bin");

    Settings settings = SettingsLoader.load(NO_FILE, environment, Map.of());

    assertThat(settings).hasToString("Settings{}");
  }

  @Test
  void readsContinuedLinesCommentsAndEscapes() {
    Path file =
        file(
            "# page.port=1",
            "! a comment that ends in \\",
            "kafka.client.rack = a \\",
            "    b",
            "",
            "page.host : h\\u00e9",
            "database.schema=Zürich");

    Settings settings = SettingsLoader.load(Optional.of(file), Map.of(), Map.of());

    assertThat(settings.kafkaProperties()).containsEntry("client.rack", "a b");
    assertThat(settings.get(KnownSettings.PAGE_HOST)).isEqualTo("hé");
    assertThat(settings.origin(KnownSettings.PAGE_HOST).place()).isEqualTo(file + ":6");
    assertThat(settings.get(KnownSettings.DATABASE_SCHEMA)).isEqualTo("Zürich");
  }

  @Test
  void reportsAllProblemsAtOnceWithTheirPlaces() {
    Path file = file("page.prot=1", "page.port=99999", "page.host=a", "page.host=b");
    Map<String, String> environment =
        Map.of("LASTFIVE_TOPICS_RETENTION", "365", "LASTFIVE_KAFKA_BOOTSTRAP_SERVER", "a:1");
    Map<String, String> flags = Map.of("kafka.bootstrap.servers", "broker");

    assertThatThrownBy(() -> SettingsLoader.load(Optional.of(file), environment, flags))
        .isInstanceOf(UserError.class)
        .hasMessage(
            """
            6 settings cannot be used:
              %1$s:1: unknown setting 'page.prot'. Did you mean 'page.port'? './lastfive config' lists all settings.
              %1$s:2: page.port = '99999' is not a port (a number from 0 to 65535). Example: page.port=8080
              %1$s:4: 'page.host' was set in line 3 already. Keep one of the two.
              environment variable LASTFIVE_KAFKA_BOOTSTRAP_SERVER: unknown setting 'kafka.bootstrap.server'. \
            Did you mean 'kafka.bootstrap.servers'? './lastfive config' lists all settings.
              environment variable LASTFIVE_TOPICS_RETENTION: topics.retention = '365' is not a duration \
            (a whole number and ms, s, m, h or d, such as 30s or 365d; at most 100000d). Example: topics.retention=365d
              flag --kafka.bootstrap.servers: kafka.bootstrap.servers = 'broker' is not a list of brokers \
            (host:port, comma between them). Example: kafka.bootstrap.servers=localhost:9092"""
                .formatted(file));
  }

  @ParameterizedTest
  @CsvSource({
    "schema.registy.url, schema.registry.url",
    "databse.password, database.password",
    "sink.batchsize, sink.batch.size",
    "kafka.lingerms, kafka.linger.ms",
    "kafka.sasl.jass.config, kafka.sasl.jaas.config",
    "kafk.bootstrap.servers, kafka.bootstrap.servers"
  })
  void suggestsTheNearestName(String mistyped, String meant) {
    assertThatThrownBy(() -> SettingsLoader.load(NO_FILE, Map.of(), Map.of(mistyped, "1")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "flag --%s: unknown setting '%s'. Did you mean '%s'? './lastfive config' lists all settings.",
            mistyped, mistyped, meant);
  }

  @Test
  void suggestsNothingWhereNothingIsNear() {
    assertThatThrownBy(
            () -> SettingsLoader.load(NO_FILE, Map.of(), Map.of("zookeeper.connect", "a:2181")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "flag --zookeeper.connect: unknown setting 'zookeeper.connect'. './lastfive config' lists all settings.");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(
            () -> SettingsLoader.load(Optional.of(Path.of("none.properties")), Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage("none.properties: there is no such file. Name an existing one with --config.");
  }

  @Test
  void refusesAFileThatIsNotText() throws IOException {
    Path file = folder.resolve("latin1.properties");
    Files.write(file, new byte[] {'a', '=', (byte) 0xe9, '\n'});

    assertThatThrownBy(() -> SettingsLoader.load(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": is not UTF-8 text. Save it as UTF-8.");
  }

  @Test
  void refusesABrokenEscape() {
    Path file = file("data.dir=C:\\users");

    assertThatThrownBy(() -> SettingsLoader.load(Optional.of(file), Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ":1: is not name=value. Write a backslash as two, \\\\.");
  }

  @Test
  void neverShowsTheValueOfASecretInAnError() {
    assertThatThrownBy(() -> SettingsLoader.load(NO_FILE, Map.of(), Map.of("card.token.key", " ")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "flag --card.token.key: card.token.key = '********' is not a text (it is empty).");
  }

  private Path file(String... lines) {
    Path file = folder.resolve("lastfive.properties");
    try {
      return Files.write(file, List.of(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
