// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.localstack.EmbeddedPostgres;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CustomerCommandIT {
  private static EmbeddedPostgres postgres;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    Settings settings =
        Settings.defaults()
            .with(KnownSettings.DATABASE_URL, postgres.jdbcUrl())
            .with(KnownSettings.DATABASE_USER, postgres.user())
            .with(KnownSettings.DATABASE_PASSWORD, postgres.password());
    SinkDatabase.openForWriting(settings, 1).close();
    try (Connection connection = postgres.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO customer_payments (customer_id, payments, as_of, topic_id, partition, record_offset)
          VALUES ('C1', '[]', '2026-01-01T12:00:00Z', '00000000-0000-0000-0000-000000000001', 0, 0)
          """);
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void writesCustomerAsJson() {
    int exitCode = run("C1", "--json");

    assertThat(exitCode).isZero();
    assertThat(out)
        .hasToString(
            "{\"customerId\":\"C1\",\"asOf\":\"2026-01-01T12:00:00.000Z\",\"payments\":[]}\n");
  }

  @Test
  void saysThatCustomerIsUnknown() {
    int exitCode = run("nobody");

    assertThat(exitCode).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "error: customer 'nobody' is not known: no payment of theirs has arrived in schema 'public' of %s\n"
                .formatted(postgres.jdbcUrl()));
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void namesDatabaseThatDoesNotAnswer() {
    int exitCode = run("C1", "--database.url=jdbc:postgresql://localhost:1/x");

    assertThat(exitCode).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "error: PostgreSQL at jdbc:postgresql://localhost:1/x does not answer: Connection refused. Start the stack with 'make up', or set database.url to where it runs.\n");
  }

  private int run(String... arguments) {
    CommandLine command = CommandRunner.commandLine(new CustomerCommand());
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err));
    List<String> all =
        new ArrayList<>(
            List.of(
                "--database.url=" + postgres.jdbcUrl(),
                "--database.user=" + postgres.user(),
                "--database.password=" + postgres.password()));
    all.addAll(List.of(arguments));
    return CommandRunner.run(command, all.toArray(String[]::new));
  }
}
