// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.migrate.ApplyListener;
import io.lastfive.ksqlclient.migrate.ApplyOptions;
import io.lastfive.ksqlclient.migrate.MigrationInfo;
import io.lastfive.ksqlclient.migrate.MigrationInfo.Version;
import io.lastfive.ksqlclient.migrate.MigrationProject;
import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.settings.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The project that ksql-migrations was recorded with, and the history that it left. */
class RecordedMigrationsIT {
  private static final String EVENTS = "default_ksql_MIGRATION_EVENTS";
  private static final String MENDED =
      """
      CREATE STREAM third AS SELECT id, a FROM src EMIT CHANGES;
      CREATE STREAM good AS SELECT id, note FROM src EMIT CHANGES;
      """;

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();
  private MigrationServer server;
  private Path project;

  @BeforeEach
  void start() throws Exception {
    server = new MigrationServer(folder.resolve("state"));
    project = Recording.copyProject(folder.resolve("ksql"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void writesTheRowsThatKsqlMigrationsWrote() throws Exception {
    apply(true);
    assertThatThrownBy(() -> apply(false))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "V000003__fails_in_the_middle.sql:2:29: Could not determine output schema for query due to error:"
                + " Line: 1, Col: 29: SELECT column 'NOPE' cannot be resolved.");
    assertThatThrownBy(() -> apply(false)).isInstanceOf(UserError.class);

    assertThat(server.records(EVENTS).stream().map(Recording::lasting))
        .containsExactlyElementsOf(Recording.events().stream().map(Recording::lasting).toList());
    assertThat(statement("MIGRATION_EVENTS")).isEqualTo(Recording.statement("MIGRATION_EVENTS"));
    assertThat(statement("MIGRATION_SCHEMA_VERSIONS"))
        .isEqualTo(Recording.statement("MIGRATION_SCHEMA_VERSIONS"));
    assertThat(server.records("src")).hasSize(1);
  }

  @Test
  void readsTheHistoryOfKsqlMigrationsAndFinishesWhatItLeftStuck() throws Exception {
    leaveWhatKsqlMigrationsLeft();

    MigrationInfo info = migrations().info(Map.of());

    assertThat(info.versions().stream().map(Version::state))
        .extracting(state -> state.version() + " " + state.name() + " " + state.label())
        .containsExactly(
            "1 declare source MIGRATED", "2 copy MIGRATED", "3 fails in the middle ERROR");
    assertThat(info.versions()).allMatch(version -> version.problem().isEmpty());
    assertThat(info.drift()).isEmpty();

    List<String> before = server.queryIds();
    Files.writeString(project.resolve("migrations/V000003__fails_in_the_middle.sql"), MENDED);
    apply(false);

    assertThat(notes)
        .containsExactly(
            "V000003__fails_in_the_middle.sql:1:1 is in effect already: not repeated.");
    assertThat(server.streams()).contains("THIRD", "GOOD");
    assertThat(server.queryIds()).containsAll(before).hasSize(before.size() + 1);
    List<Map.Entry<String, String>> records = server.records(EVENTS);
    assertThat(records.subList(records.size() - 4, records.size()).stream().map(this::stateOf))
        .containsExactly(
            "CURRENT 3 RUNNING 2", "3 3 RUNNING 2", "CURRENT 3 MIGRATED 2", "3 3 MIGRATED 2");
    assertThat(migrations().info(Map.of()).drift()).isEmpty();
    assertThat(apply(false)).isEmpty();
  }

  private void leaveWhatKsqlMigrationsLeft() throws Exception {
    server.execute(Recording.statement("MIGRATION_EVENTS"));
    server.execute(Recording.statement("MIGRATION_SCHEMA_VERSIONS"));
    server.write(EVENTS, Recording.events());
    server.execute(
        "DEFINE fmt = 'JSON';"
            + Files.readString(project.resolve("migrations/V000001__declare_source.sql"))
            + Files.readString(project.resolve("migrations/V000002__copy.sql"))
            + "CREATE STREAM third AS SELECT id, a FROM src EMIT CHANGES;");
  }

  private String stateOf(Map.Entry<String, String> event) {
    return event
        .getValue()
        .replaceAll(
            ".*\"VERSION\":\"(\\d+)\".*\"STATE\":\"(\\w+)\".*\"PREVIOUS\":\"([^\"]+)\".*",
            event.getKey() + " $1 $2 $3");
  }

  private String statement(String source) {
    JsonNode description =
        server.execute("DESCRIBE " + source + " EXTENDED;").get(0).path("sourceDescription");
    return description.path("statement").asText();
  }

  private List<?> apply(boolean onlyNext) {
    return migrations()
        .apply(
            new ApplyOptions(Map.of(), Optional.empty(), onlyNext, false, Duration.ZERO),
            new ApplyListener(state -> {}, notes::add));
  }

  private Migrations migrations() {
    return new Migrations(server.client(), MigrationProject.read(project));
  }
}
