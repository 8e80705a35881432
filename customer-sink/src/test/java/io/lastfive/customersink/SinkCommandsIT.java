// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.customersink.cli.CustomerCommand;
import io.lastfive.customersink.cli.SinkCommand;
import io.lastfive.customersink.operate.SinkStatus;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the commands print, and how they exit. */
class SinkCommandsIT {
  private static SinkFixture stack;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void start() throws Exception {
    stack = new SinkFixture();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void lookAtAndMendTables() throws Exception {
    Settings settings = stack.begin(1);
    stack.sendVersion(0, "C1", 1);
    stack.send(0, "C2", new byte[] {1});
    try (CustomerSink sink = SinkFixture.start(settings)) {
      stack.awaitWritten(settings, 2);
      assertThat(sink.ended()).isNotDone();
    }
    SinkStatus status = SinkStatus.read(settings);
    String newest = status.partitions().get(0).newestRecord().orElseThrow().toString();

    assertThat(run(settings, new SinkCommand(), "status")).isZero();
    assertThat(out)
        .hasToString(
            """
            PARTITION  NEXT OFFSET  END  LAG  EPOCH  NEWEST RECORD
            0          2            2    0    1      %s
            1 customers, 0 records behind, 1 dead letters. Topic PAYMENT-TRX-AGGR, id %s
            """
                .formatted(newest, status.topicId()));
    assertThat(run(settings, new SinkCommand(), "status", "--json")).isZero();
    assertThat(out)
        .hasToString(
            "{\"topic\":\"PAYMENT-TRX-AGGR\",\"topicId\":\"%s\",\"customers\":1,\"lag\":0,\"deadLetters\":1,\"partitions\":[{\"partition\":0,\"nextOffset\":2,\"end\":2,\"lag\":0,\"epoch\":1,\"newestRecord\":\"%s\"}]}\n"
                .formatted(status.topicId(), newest));

    assertThat(run(settings, new SinkCommand(), "verify")).isZero();
    assertThat(out).hasToString("All 1 customers are as the topic says (2 records).\n");
    stack.execute(settings, "DELETE FROM customer_payments");
    assertThat(run(settings, new SinkCommand(), "verify")).isEqualTo(2);
    assertThat(out).hasToString("missing: C1\n");
    assertThat(err)
        .hasToString(
            "error: 1 of 1 customers are not as the topic says; 'lastfive sink rebuild' makes the table anew\n");
    assertThat(run(settings, new SinkCommand(), "verify", "--json")).isEqualTo(2);
    assertThat(out)
        .hasToString(
            "{\"records\":2,\"customers\":1,\"differences\":[{\"customerId\":\"C1\",\"kind\":\"MISSING\"}]}\n");

    assertThat(run(settings, new SinkCommand(), "rebuild")).isZero();
    assertThat(out)
        .hasToString(
            "Read 2 records, 1 of them unreadable. 1 customers: 1 rows written, 0 removed.\n");
    assertThat(run(settings, new SinkCommand(), "replay-dead-letters")).isZero();
    assertThat(out)
        .hasToString("0 written, 0 outdated, 1 still unreadable, 0 not in the topic any more.\n");
    assertThat(run(settings, new SinkCommand(), "replay-dead-letters", "--json")).isZero();
    assertThat(out).hasToString("{\"written\":0,\"outdated\":0,\"unreadable\":1,\"gone\":0}\n");
  }

  @Test
  void eraseOnlyWhenTold() {
    Settings settings = stack.begin(1);
    SinkFixture.start(settings).close();

    assertThat(run(settings, new CustomerCommand(), "erase", "C1")).isEqualTo(2);
    assertThat(err)
        .hasToString("error: erasing customer 'C1' cannot be taken back; add --yes to do it\n");
    assertThat(run(settings, new CustomerCommand(), "erase", "C1", "--yes")).isZero();
    assertThat(out.toString())
        .startsWith(
            "Customer 'C1': tombstone at PAYMENT-TRX-AGGR-0@0, there was no row.\nWhat stays:\n  - Payment topics");
    assertThat(run(settings, new CustomerCommand())).isEqualTo(2);
    assertThat(err)
        .hasToString("error: customer needs the customer's id, or a subcommand: erase\n");
  }

  @Test
  void printGrants() {
    Settings settings = stack.begin(1).with(KnownSettings.DATABASE_SCHEMA, "Sales");

    assertThat(run(settings, new SinkCommand(), "grants", "--role", "runner")).isZero();
    assertThat(out)
        .hasToString(
            """
            GRANT USAGE ON SCHEMA "Sales" TO "runner";
            GRANT SELECT, INSERT, UPDATE, DELETE ON "Sales".customer_payments TO "runner";
            GRANT SELECT, INSERT, UPDATE ON "Sales".sink_offset TO "runner";
            GRANT SELECT, INSERT, DELETE ON "Sales".sink_dead_letter TO "runner";
            GRANT SELECT ON "Sales".sink_schema_history TO "runner";
            """);
    assertThat(run(settings, new SinkCommand(), "grants", "--role", "page", "--read-only"))
        .isZero();
    assertThat(out)
        .hasToString(
            """
            GRANT USAGE ON SCHEMA "Sales" TO "page";
            GRANT SELECT ON "Sales".customer_payments TO "page";
            GRANT SELECT ON "Sales".recent_payments TO "page";
            GRANT SELECT ON "Sales".sink_offset TO "page";
            GRANT SELECT ON "Sales".sink_dead_letter TO "page";
            """);
  }

  private int run(Settings settings, Object command, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = CommandRunner.commandLine(command);
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of(arguments));
    for (Setting<?> setting :
        List.of(
            KnownSettings.KAFKA_BOOTSTRAP_SERVERS,
            KnownSettings.SCHEMA_REGISTRY_URL,
            KnownSettings.DATABASE_URL,
            KnownSettings.DATABASE_USER,
            KnownSettings.DATABASE_PASSWORD,
            KnownSettings.DATABASE_SCHEMA)) {
      all.add("--" + setting.name() + "=" + settings.get(setting));
    }
    return CommandRunner.run(line, all.toArray(String[]::new));
  }
}
