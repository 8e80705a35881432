// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.cli.pipeline.KafkaReads;
import io.lastfive.cli.pipeline.PipelineTopics;
import io.lastfive.customersink.page.PageDatabase;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Entry point: everyone's last five, calculated from the source topics in plain Java and compared
 * with PAYMENT-TRX-AGGR and with the database. Changes nothing and may run at any time, beside a
 * pipeline at work too: what is expected is what the topics held when it began, and where that has
 * not arrived it waits until it has, or until the pipeline has done with it.
 *
 * <pre>
 *   source topics -> ExpectedPayments --+
 *   PAYMENT-TRX-AGGR -------------------+-> PlaceCheck -> differences
 *   PostgreSQL -------------------------+
 * </pre>
 */
final class Verification {
  private static final Duration BETWEEN_CHECKS = Duration.ofMillis(250);

  /**
   * More differing customers than this are not looked at again while waiting: it would take long.
   */
  private static final int FEW = 10_000;

  private final Settings settings;
  private final boolean withDatabase;
  private final Duration longestWait;
  private final Consumer<String> progress;
  private final BooleanSupplier stop;

  /**
   * @param progress hears what is done now
   * @param stop whether not to read nor wait any longer
   */
  Verification(
      Settings settings,
      boolean withDatabase,
      Duration longestWait,
      Consumer<String> progress,
      BooleanSupplier stop) {
    this.settings = settings;
    this.withDatabase = withDatabase;
    this.longestWait = longestWait;
    this.progress = progress;
    this.stop = stop;
  }

  VerifyResult run() throws InterruptedException {
    Instant start = Instant.now();
    ExpectedPayments expected = new ExpectedPayments();
    try (KafkaReads kafka = new KafkaReads(settings);
        SourceTopics sources = SourceTopics.open(kafka, settings, expected, stop);
        AggregateTopic aggregate = new AggregateTopic(kafka, settings, stop)) {
      readSources(sources);
      Duration reading = Duration.between(start, Instant.now());
      progress.accept("reading " + PipelineTopics.aggregate(settings));
      if (!withDatabase) {
        return check(
            start, reading, expected, sources, List.of(aggregate), kafka, Optional.empty());
      }
      try (PageDatabase database = PageDatabase.open(settings, 1);
          Connection connection = database.connections().getConnection()) {
        DatabaseCheck rows =
            new DatabaseCheck(connection, settings.get(KnownSettings.DATABASE_SCHEMA));
        return check(
            start,
            reading,
            expected,
            sources,
            List.of(aggregate, rows),
            kafka,
            Optional.of(connection));
      }
    } catch (SQLException failed) {
      throw UnavailableError.at(
          "PostgreSQL",
          settings.get(KnownSettings.DATABASE_URL),
          KnownSettings.DATABASE_URL,
          failed);
    }
  }

  private void readSources(SourceTopics sources) {
    long records = sources.cut().values().stream().mapToLong(Long::longValue).sum();
    sources.readToCut(
        read -> progress.accept("reading payments: %,d of %,d".formatted(read, records)));
  }

  private VerifyResult check(
      Instant start,
      Duration reading,
      ExpectedPayments expected,
      SourceTopics sources,
      List<Place> places,
      KafkaReads kafka,
      Optional<Connection> database)
      throws SQLException, InterruptedException {
    List<String> truncated = sources.truncated();
    List<PlaceCheck> checks =
        places.stream()
            .map(place -> new PlaceCheck(place, expected, sources, !truncated.isEmpty()))
            .toList();
    sources.readOn();
    for (PlaceCheck check : checks) {
      progress.accept("comparing " + check.name());
      check.checkAll();
    }
    List<String> behind =
        await(
            checks,
            new CatchUp(kafka, PipelineTopics.aggregate(settings), sources.cut(), database));
    return VerifyResult.of(
        sources,
        expected,
        checks,
        truncated,
        behind,
        reading,
        Duration.between(start, Instant.now()));
  }

  /**
   * Waits until nothing differs, or the pipeline has done with all that is expected, or there is no
   * time left.
   *
   * @return who was behind at the end
   */
  private List<String> await(List<PlaceCheck> checks, CatchUp catchUp)
      throws SQLException, InterruptedException {
    Instant deadline = Instant.now().plus(longestWait);
    List<String> behind = List.of();
    while (differing(checks) > 0) {
      behind = catchUp.behind();
      if (stop.getAsBoolean()) {
        break;
      }
      boolean last = behind.isEmpty() || Instant.now().isAfter(deadline);
      for (PlaceCheck check : checks) {
        checkAgain(check, last);
      }
      if (last) {
        break;
      }
      progress.accept("%,d differ yet; %s".formatted(differing(checks), behind.get(0)));
      TimeUnit.MILLISECONDS.sleep(BETWEEN_CHECKS.toMillis());
    }
    return differing(checks) > 0 ? behind : List.of();
  }

  private static void checkAgain(PlaceCheck check, boolean last) throws SQLException {
    if (check.differing().size() > FEW && last) {
      check.checkAll();
    }
    if (!check.differing().isEmpty() && check.differing().size() <= FEW) {
      check.checkAgain();
    }
  }

  private static long differing(List<PlaceCheck> checks) {
    List<Integer> counts = new ArrayList<>();
    checks.forEach(check -> counts.add(check.differing().size()));
    return counts.stream().mapToLong(Integer::longValue).sum();
  }
}
