// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.customersink.consume.TopicScan;
import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.OperatedOffsets;
import io.lastfive.customersink.write.ShadowTable;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.ksqlclient.RowStream;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.kafka.common.utils.Utils;

/**
 * Fills an empty database by a pull query instead of by the whole topic; sinks go on from there.
 *
 * <p>The topic's ends are taken first, then the query is asked. ksqlDB changes its store before it
 * writes the topic, so the answer holds at least every record before those ends, and whatever it
 * holds beyond them comes again from the topic: nothing is missed, and a row may only step back to
 * an earlier state of the same customer until the sink has caught up. Rows and offsets are one
 * transaction: a crash leaves the database empty.
 */
public final class Bootstrap {
  private static final int BATCH = 2_000;
  // An HTTP status of 500 and more, times 100.
  private static final int SERVER_ERRORS = 50_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final TopicScan scan;
  private final Connection connection;
  private final Map<Integer, Long> ends;

  private Bootstrap(TopicScan scan, Connection connection, Map<Integer, Long> ends) {
    this.scan = scan;
    this.connection = connection;
    this.ends = ends;
  }

  /** What was filled in. */
  public record Result(long customers, Map<Integer, Long> nextOffsets) {
    public Result {
      nextOffsets = Map.copyOf(nextOffsets);
    }
  }

  /**
   * Runs to its end; the consumer is told how many customers were read so far.
   *
   * @param table of ksqlDB, such as PAYMENT_TRX_AGGR
   */
  public static Result run(Settings settings, String table, LongConsumer progress) {
    SinkDatabase.prepare(settings);
    try (TopicScan scan = TopicScan.open(settings);
        Connection connection = SinkDatabase.connect(settings)) {
      connection.setAutoCommit(false);
      OperatedOffsets offsets = new OperatedOffsets(connection, scan.topicId());
      // From here on a sink or another of these that starts waits for the end of this transaction.
      Map<Integer, Long> claimed = offsets.lock();
      Bootstrap bootstrap = new Bootstrap(scan, connection, scan.ends());
      bootstrap.refuseFilledDatabase(settings, claimed);
      offsets.advance(scan.topic(), bootstrap.ends);
      long customers = bootstrap.fill(new KsqlClient(settings), table, progress);
      connection.commit();
      return new Result(customers, bootstrap.ends);
    } catch (KsqlServerException refused) {
      throw refusal(settings, table, refused);
    } catch (SQLException e) {
      throw SinkDatabase.refusal(settings, e);
    }
  }

  private static RuntimeException refusal(
      Settings settings, String table, KsqlServerException refused) {
    String message =
        "ksqlDB at %s does not answer a pull query on '%s': %s Nothing was written; 'lastfive sink rebuild' fills the tables from the topic."
            .formatted(
                settings.get(KnownSettings.KSQLDB_URL),
                table,
                sentence(String.valueOf(refused.getMessage())));
    return refused.errorCode() / SERVER_ERRORS == 1
        ? new UnavailableError(message, refused)
        : new UserError(message, refused);
  }

  private static String sentence(String message) {
    return message.endsWith(".") ? message : message + ".";
  }

  private void refuseFilledDatabase(Settings settings, Map<Integer, Long> claimed)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT FROM customer_payments)")) {
      row.next();
      if (!claimed.isEmpty() || row.getBoolean(1)) {
        throw new UserError(
            "schema '%s' is not empty: a sink has written there. 'lastfive sink rebuild' makes its rows anew from the topic."
                .formatted(settings.get(KnownSettings.DATABASE_SCHEMA)));
      }
    }
  }

  private long fill(KsqlClient ksql, String table, LongConsumer progress) throws SQLException {
    ShadowTable shadow = ShadowTable.create(connection);
    long customers = 0;
    String sql = "SELECT ROWTIME, * FROM " + table + ";";
    try (RowStream rows = ksql.queryWhenServed(sql, Map.of(), PATIENCE)) {
      List<String> columns = rows.columns().stream().map(RowStream.Column::name).toList();
      Map<Integer, List<Change>> changes = new HashMap<>();
      int[] order = order(table, columns);
      for (Optional<List<JsonNode>> row = rows.next(); row.isPresent(); row = rows.next()) {
        add(QueryRow.of(pick(columns, order), pick(row.get(), order)), changes);
        if (++customers % BATCH == 0) {
          write(shadow, changes);
          progress.accept(customers);
        }
      }
      write(shadow, changes);
    }
    shadow.takeOver();
    return customers;
  }

  /** As the newest record before the end: every later one of the topic replaces it. */
  private void add(QueryRow row, Map<Integer, List<Change>> changes) {
    int partition =
        Utils.toPositive(Utils.murmur2(row.customerId().getBytes(StandardCharsets.UTF_8)))
            % scan.partitions();
    changes
        .computeIfAbsent(partition, number -> new ArrayList<>())
        .add(
            new Change.Upsert(
                ends.getOrDefault(partition, 0L) - 1,
                row.customerId(),
                row.paymentsJson(),
                row.nameWords(),
                row.extraJson(),
                row.recordTimeMillis()));
  }

  private void write(ShadowTable shadow, Map<Integer, List<Change>> changes) throws SQLException {
    for (Map.Entry<Integer, List<Change>> one : changes.entrySet()) {
      shadow.write(scan.topicId(), one.getKey(), one.getValue());
    }
    changes.clear();
  }

  /** ROWTIME, the key and PAYMENTS first, whatever their order in the table. */
  private static int[] order(String table, List<String> columns) {
    List<Integer> order = new ArrayList<>();
    for (String wanted : List.of("ROWTIME", "CUSTOMER_ID", "PAYMENTS")) {
      int index = columns.indexOf(wanted);
      if (index < 0) {
        throw new UserError(
            "table '%s' has no column '%s'. Columns: %s"
                .formatted(table, wanted, String.join(", ", columns)));
      }
      order.add(index);
    }
    for (int i = 0; i < columns.size(); i++) {
      if (!order.contains(i)) {
        order.add(i);
      }
    }
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static <T> List<T> pick(List<T> values, int... order) {
    List<T> picked = new ArrayList<>(order.length);
    for (int index : order) {
      picked.add(values.get(index));
    }
    return picked;
  }
}
