// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lastfive.customersink.operate.Rebuild;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.customersink.write.SinkRights;
import io.lastfive.customersink.write.WriteStep;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What stops a sink before it starts, and what it says. */
class StartRefusalsIT {
  private static SinkFixture stack;

  @BeforeAll
  static void start() throws Exception {
    stack = new SinkFixture();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void namesDatabaseThatDoesNotAnswer() {
    Settings settings =
        stack
            .begin(1)
            .with(KnownSettings.DATABASE_URL, "jdbc:postgresql://localhost:1/x?password=secret");

    assertThatThrownBy(() -> SinkFixture.start(settings))
        .isInstanceOf(UnavailableError.class)
        .hasMessage(
            "PostgreSQL at jdbc:postgresql://localhost:1/x does not answer: Connection refused. Start the stack with 'make up', or set database.url to where it runs.");
  }

  @Test
  void refusesWrongPassword() {
    Settings settings = stack.begin(1).with(KnownSettings.DATABASE_PASSWORD, "wrong");

    assertThatThrownBy(() -> SinkFixture.start(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "PostgreSQL at %s refuses user 'lastfive': FATAL: password authentication failed for user \"lastfive\". Set database.user, database.password and the database's name in database.url."
                .formatted(settings.get(KnownSettings.DATABASE_URL)));
  }

  @Test
  void refusesDatabaseThatIsNotThere() {
    String url = stack.begin(1).get(KnownSettings.DATABASE_URL).replaceAll("/lastfive$", "/other");
    Settings settings = stack.begin(1).with(KnownSettings.DATABASE_URL, url);

    assertThatThrownBy(() -> SinkFixture.start(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "PostgreSQL at %s refuses user 'lastfive': FATAL: database \"other\" does not exist. Set database.user, database.password and the database's name in database.url."
                .formatted(url));
  }

  @Test
  void saysWhichRightToMakeTablesIsMissing() throws Exception {
    Settings owner = stack.begin(1);
    stack.execute(owner, "CREATE SCHEMA theirs");
    stack.createRole("newcomer");
    stack.execute(owner, "GRANT USAGE ON SCHEMA theirs TO newcomer");
    Settings settings =
        owner
            .with(KnownSettings.DATABASE_SCHEMA, "theirs")
            .with(KnownSettings.DATABASE_USER, "newcomer")
            .with(KnownSettings.DATABASE_PASSWORD, "p");

    assertThatThrownBy(() -> SinkFixture.start(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "database user 'newcomer' may not make the sink's tables in schema 'theirs' of %s: ERROR: permission denied for schema theirs%n  Position: 14. Grant it with: GRANT USAGE, CREATE ON SCHEMA \"theirs\" TO \"newcomer\""
                .formatted(settings.get(KnownSettings.DATABASE_URL)));
  }

  @Test
  void saysWhichRightsOnItsTablesAreMissing() throws Exception {
    Settings owner = stack.begin(1);
    SinkFixture.start(owner).close();
    String schema = owner.get(KnownSettings.DATABASE_SCHEMA);
    stack.createRole("runner");
    stack.execute(
        owner,
        "GRANT USAGE ON SCHEMA %s TO runner; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA %s TO runner"
            .formatted(schema, schema));
    Settings settings =
        owner
            .with(KnownSettings.DATABASE_USER, "runner")
            .with(KnownSettings.DATABASE_PASSWORD, "p");

    assertThatThrownBy(() -> SinkFixture.start(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "database user 'runner' lacks rights in schema '%s' of %s. Grant them with:%n  GRANT UPDATE, DELETE ON \"%s\".customer_payments TO \"runner\";%n  GRANT UPDATE ON \"%s\".sink_offset TO \"runner\";%n  GRANT DELETE ON \"%s\".sink_dead_letter TO \"runner\""
                .formatted(
                    schema, settings.get(KnownSettings.DATABASE_URL), schema, schema, schema));
  }

  @Test
  void runsAsOneRoleOnTablesThatAnotherMakes() throws Exception {
    Settings owner = stack.begin(1);
    String schema = owner.get(KnownSettings.DATABASE_SCHEMA);
    stack.createRole("worker");
    Settings settings =
        owner
            .with(KnownSettings.DATABASE_USER, "worker")
            .with(KnownSettings.DATABASE_PASSWORD, "p")
            .with(
                KnownSettings.DATABASE_MIGRATE_USER.name(), owner.get(KnownSettings.DATABASE_USER))
            .with(
                KnownSettings.DATABASE_MIGRATE_PASSWORD.name(),
                owner.get(KnownSettings.DATABASE_PASSWORD));
    List<String> grants = SinkRights.grants(schema, "worker", false);

    assertThatThrownBy(() -> SinkFixture.start(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "database user 'worker' lacks rights in schema '%s' of %s. Grant them with:%n  %s"
                .formatted(
                    schema,
                    settings.get(KnownSettings.DATABASE_URL),
                    String.join(";\n  ", grants)));
    stack.execute(owner, String.join(";", grants));
    stack.sendVersion(0, "C1", 1);
    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(owner, "SELECT customer_id FROM customer_payments", "C1");
      assertThat(Rebuild.run(settings, records -> {}).customers()).isEqualTo(1);
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void startsWithNothingButTheRightsItNeeds() throws Exception {
    Settings owner = stack.begin(1);
    SinkFixture.start(owner).close();
    String schema = owner.get(KnownSettings.DATABASE_SCHEMA);
    stack.createRole("least");
    stack.execute(owner, String.join(";", SinkRights.grants(schema, "least", false)));
    Settings settings =
        owner.with(KnownSettings.DATABASE_USER, "least").with(KnownSettings.DATABASE_PASSWORD, "p");
    stack.sendVersion(0, "C1", 1);

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(owner, "SELECT customer_id FROM customer_payments", "C1");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void namesBrokerAndRegistryThatDoNotAnswer() {
    Settings settings = stack.begin(1);

    assertThatThrownBy(
            () ->
                SinkFixture.start(
                    settings
                        .with(KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "localhost:1")
                        .with("kafka.default.api.timeout.ms", "1500")
                        .with("kafka.request.timeout.ms", "1000")))
        .isInstanceOf(UnavailableError.class)
        .hasMessageStartingWith("Kafka at localhost:1 does not answer: ")
        .hasMessageEndingWith(
            ". Start the stack with 'make up', or set kafka.bootstrap.servers to where it runs.");
    assertThatThrownBy(
            () ->
                SinkFixture.start(
                    settings.with(KnownSettings.SCHEMA_REGISTRY_URL, "http://localhost:1")))
        .isInstanceOf(UnavailableError.class)
        .hasMessageStartingWith("Schema registry at http://localhost:1 does not answer: ")
        .hasMessageEndingWith(
            ". Start the stack with 'make up', or set schema.registry.url to where it runs.");
  }

  @Test
  void saysThatTheRightToConnectIsMissing() throws Exception {
    Settings owner = stack.begin(1);
    stack.createRole("stranger");
    stack.executeAsSuperuser("REVOKE CONNECT ON DATABASE lastfive FROM PUBLIC");
    try {
      assertThatThrownBy(() -> SinkFixture.start(as("stranger", owner)))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "database user 'stranger' may not connect to %s: FATAL: permission denied for database \"lastfive\". Grant it with: GRANT CONNECT ON DATABASE \"lastfive\" TO \"stranger\""
                  .formatted(owner.get(KnownSettings.DATABASE_URL)));
    } finally {
      stack.executeAsSuperuser("GRANT CONNECT ON DATABASE lastfive TO PUBLIC");
    }
  }

  @Test
  void saysThatTheSchemaIsMissingAndMayNotBeMade() throws Exception {
    Settings owner = stack.begin(1);
    stack.createRole("homeless");
    String schema = owner.get(KnownSettings.DATABASE_SCHEMA);

    assertThatThrownBy(() -> SinkFixture.start(as("homeless", owner)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "database user 'homeless' may not make the sink's tables in schema '%s' of %s: ERROR: permission denied for database lastfive. Grant it with: CREATE SCHEMA \"%s\" AUTHORIZATION \"homeless\""
                .formatted(schema, owner.get(KnownSettings.DATABASE_URL), schema));
  }

  @Test
  void saysWhatAUserLacksWhoMayNotEvenSeeTheTables() throws Exception {
    Settings owner = stack.begin(1);
    SinkDatabase.prepare(owner);
    stack.createRole("outsider");
    String schema = owner.get(KnownSettings.DATABASE_SCHEMA);

    assertThatThrownBy(() -> SinkFixture.start(as("outsider", owner)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "database user 'outsider' lacks rights in schema '%s' of %s. Grant them with:%n  %s"
                .formatted(
                    schema,
                    owner.get(KnownSettings.DATABASE_URL),
                    String.join(";\n  ", SinkRights.grants(schema, "outsider", false))));
  }

  @Test
  void namesEachRightThatIsMissing() throws Exception {
    Settings owner = stack.begin(1);
    SinkDatabase.prepare(owner);
    String schema = owner.get(KnownSettings.DATABASE_SCHEMA);
    stack.createRole("almost");
    stack.execute(owner, String.join(";", SinkRights.grants(schema, "almost", false)));
    SinkDatabase.prepare(as("almost", owner));

    for (String right :
        List.of(
            "SELECT ON \"%s\".customer_payments",
            "INSERT ON \"%s\".customer_payments",
            "UPDATE ON \"%s\".customer_payments",
            "DELETE ON \"%s\".customer_payments",
            "SELECT ON \"%s\".sink_offset",
            "INSERT ON \"%s\".sink_offset",
            "UPDATE ON \"%s\".sink_offset",
            "SELECT ON \"%s\".sink_dead_letter",
            "INSERT ON \"%s\".sink_dead_letter",
            "DELETE ON \"%s\".sink_dead_letter",
            "SELECT ON \"%s\".sink_schema_history")) {
      stack.execute(owner, "REVOKE " + right.formatted(schema) + " FROM almost");

      assertThatThrownBy(() -> SinkDatabase.prepare(as("almost", owner)))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "database user 'almost' lacks rights in schema '%s' of %s. Grant them with:%n  GRANT %s TO \"almost\""
                  .formatted(
                      schema, owner.get(KnownSettings.DATABASE_URL), right.formatted(schema)));
      stack.execute(owner, "GRANT " + right.formatted(schema) + " TO almost");
    }
    SinkDatabase.prepare(as("almost", owner));
  }

  @Test
  void refusesWrongPasswordOfTheRoleThatMakesTables() throws Exception {
    Settings owner = stack.begin(1);
    stack.createRole("maker");
    Settings settings =
        owner
            .with(KnownSettings.DATABASE_MIGRATE_USER.name(), "maker")
            .with(KnownSettings.DATABASE_MIGRATE_PASSWORD.name(), "wrong");

    assertThatThrownBy(() -> SinkFixture.start(settings))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "PostgreSQL at %s refuses user 'maker': FATAL: password authentication failed for user \"maker\". Set database.migrate.user, database.migrate.password and the database's name in database.url."
                .formatted(owner.get(KnownSettings.DATABASE_URL)));
  }

  @Test
  void runsOnTablesOfANewerVersion() throws Exception {
    Settings settings = stack.begin(1);
    SinkDatabase.prepare(settings);
    stack.execute(
        settings,
        """
        ALTER TABLE customer_payments ADD COLUMN of_later text;
        INSERT INTO sink_schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
        VALUES (99, '99', 'of later', 'SQL', 'V99__of_later.sql', 1, 'lastfive', 1, true);
        """);
    stack.sendVersion(0, "C1", 1);

    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitRows(settings, "SELECT customer_id FROM customer_payments", "C1");
      assertThat(sink.ended()).isNotDone();
    }
  }

  @Test
  void refusesRegistryThatRefusesTheLogin() {
    Settings settings = stack.begin(1);
    stack.registry.closed(true);
    try {
      assertThatThrownBy(() -> SinkFixture.start(settings))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "Schema registry at %s refuses the login (status 401). Set schema.registry.basic.auth.user.info to user:password."
                  .formatted(settings.get(KnownSettings.SCHEMA_REGISTRY_URL)));
    } finally {
      stack.registry.closed(false);
    }
  }

  @Test
  void waitsForTopicThatDoesNotExistYet() throws Exception {
    Settings settings = stack.begin(1).with(KnownSettings.SINK_TOPIC, "LATE-TOPIC");
    SinkHealth health = new SinkHealth();
    try (CustomerSink sink = SinkFixture.start(settings, health, WriteStep.UNWATCHED)) {
      await()
          .atMost(SinkFixture.PATIENCE)
          .until(
              () ->
                  health
                      .trouble(SinkHealth.Part.KAFKA)
                      .filter(
                          trouble ->
                              trouble
                                  .reason()
                                  .equals(
                                      "topic 'LATE-TOPIC' does not exist; 'lastfive ksql apply' makes it"))
                      .isPresent());
      stack.admin.createTopics(List.of(new NewTopic("LATE-TOPIC", 1, (short) 1))).all().get();

      stack.awaitRows(settings, "SELECT next_offset, epoch FROM sink_offset", "0 1");
      SinkFixture.awaitHealthy(sink, health);
    }
  }

  private static Settings as(String role, Settings settings) {
    return settings
        .with(KnownSettings.DATABASE_USER, role)
        .with(KnownSettings.DATABASE_PASSWORD, "p");
  }
}
