// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.localstack.cli.ForkedStack;
import io.lastfive.registry.SchemaRegistryClient;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackIT {
  private static final Schema SCHEMA = Schema.create(Schema.Type.STRING);

  @TempDir Path folder;

  @Test
  void recoversByItselfAfterItsJvmAndItsWatcherWereKilled() throws Exception {
    long orphan;
    try (ForkedStack forked = ForkedStack.start(folder)) {
      Settings settings = forked.settings();
      makeTopic(settings, "kept");
      SchemaRegistryClient.at(settings.get(KnownSettings.SCHEMA_REGISTRY_URL).toString())
          .register("kept-value", SCHEMA);
      try (Connection connection = forked.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE kept AS SELECT 'yes' AS answer");
      }
      orphan = forked.postgresPid();

      forked.killAllButPostgres();
    }
    assertThat(isPostgres(orphan)).isTrue();

    try (LocalStack stack = LocalStack.builder().dataDir(folder).start();
        Connection connection = stack.postgres().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT answer FROM kept")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("yes");
      assertThat(topics(stack.connect(Settings.defaults()))).contains("kept");
      assertThat(SchemaRegistryClient.at(stack.registry().url()).subjects())
          .containsExactly("kept-value");
      assertThat(isPostgres(orphan)).isFalse();
    }
  }

  @Test
  void refusesFolderThatAnotherStackHoldsAndNamesItsProcess() {
    try (LocalStack first = LocalStack.builder().dataDir(folder).start()) {
      assertThat(first.parts())
          .extracting(StackPart::name)
          .containsExactlyInAnyOrder("Kafka", "schema registry", "KSQL engine", "PostgreSQL");
      assertThatThrownBy(() -> LocalStack.builder().dataDir(folder).start())
          .isInstanceOf(UserError.class)
          .hasMessage(
              "A stack runs on the folder '%s' already, in process %d. Stop it with 'lastfive down --data-dir %s', or give another folder: --data-dir DIR."
                  .formatted(folder, ProcessHandle.current().pid(), folder));
    }
  }

  @Test
  void keepsOnlyTheCardTokenKeyOfAnEphemeralRun() throws Exception {
    String key;
    try (LocalStack first = LocalStack.builder().dataDir(folder).ephemeral(true).start()) {
      makeTopic(first.connect(Settings.defaults()), "forgotten");
      key = Files.readString(folder.resolve("card.token.key"));
    }
    assertThat(folder.resolve("ephemeral")).doesNotExist();

    try (LocalStack second = LocalStack.builder().dataDir(folder).ephemeral(true).start()) {
      assertThat(topics(second.connect(Settings.defaults()))).doesNotContain("forgotten");
      assertThat(second.connect(Settings.defaults()).get(KnownSettings.CARD_TOKEN_KEY_FILE))
          .hasContent(key);
    }
    assertThat(key).matches("[0-9a-f]{64}\n");
    assertThat(Files.getPosixFilePermissions(folder.resolve("card.token.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void namesEveryPortInUseBeforeItStartsAnything() throws Exception {
    try (ServerSocket kafka = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket database = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StackPorts ports = new StackPorts(kafka.getLocalPort(), 0, 0, database.getLocalPort());

      assertThatThrownBy(() -> LocalStack.builder().dataDir(folder).ports(ports).start())
          .isInstanceOf(UserError.class)
          .hasMessage(
              """
              2 ports are in use:
                Port %d, wanted for Kafka, is in use. Stop what holds it, or give another: --kafka.bootstrap.servers=localhost:PORT.
                Port %d, wanted for PostgreSQL, is in use. Stop what holds it, or give another: --database.url=jdbc:postgresql://localhost:PORT/lastfive."""
                  .formatted(kafka.getLocalPort(), database.getLocalPort()));
    }
    assertThat(folder.resolve("kafka")).doesNotExist();
  }

  @Test
  void refusesAddressesOnOtherMachines() {
    Settings settings =
        Settings.defaults().with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "broker.example:9092");

    assertThatThrownBy(() -> StackPorts.of(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "kafka.bootstrap.servers is 'broker.example:9092', and the embedded stack listens on this machine only. Give an address on localhost with a port, or do not start the stack where you use another.");
    assertThat(StackPorts.of(Settings.defaults()))
        .isEqualTo(new StackPorts(9092, 8081, 8088, 15432));
  }

  private static void makeTopic(Settings settings, String name) throws Exception {
    try (Admin admin = admin(settings)) {
      admin.createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty()))).all().get();
    }
  }

  private static Set<String> topics(Settings settings) throws Exception {
    try (Admin admin = admin(settings)) {
      return admin.listTopics().names().get();
    }
  }

  private static Admin admin(Settings settings) {
    return Admin.create(Map.<String, Object>copyOf(settings.kafkaProperties()));
  }

  private static boolean isPostgres(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().command())
        .filter(command -> command.endsWith("postgres"))
        .isPresent();
  }
}
