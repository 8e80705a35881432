// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.operate;

import io.lastfive.customersink.consume.TopicScan;
import io.lastfive.customersink.write.OperatedOffsets;
import io.lastfive.customersink.write.ShadowTable;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Compares {@code customer_payments} with the topic, read from its beginning to where the database
 * stands; sinks may run meanwhile. One snapshot of the database is compared, and nothing changed.
 */
public final class Verification {
  private Verification() {}

  /** What was compared, and the customers whose row is not as the topic says. */
  public record Result(long records, long customers, List<ShadowTable.Difference> differences) {
    public Result {
      differences = List.copyOf(differences);
    }
  }

  /** Runs to its end; the consumer is told how many records were read so far. */
  public static Result run(Settings settings, LongConsumer progress) {
    try (TopicScan scan = TopicScan.open(settings);
        Connection connection = SinkDatabase.connect(settings)) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      Map<Integer, Long> written = new OperatedOffsets(connection, scan.topicId()).read();
      if (written.isEmpty()) {
        throw new UserError(
            "no sink has written topic '%s' to schema '%s' yet; start one with 'lastfive sink run'"
                .formatted(scan.topic(), settings.get(KnownSettings.DATABASE_SCHEMA)));
      }
      ShadowTable shadow = ShadowTable.create(connection);
      long[] records = {0};
      scan.read(
          Map.of(),
          written,
          (partition, raw, changes) -> {
            shadow.write(scan.topicId(), partition, changes);
            records[0] += changes.size();
            progress.accept(records[0]);
          });
      Result result = new Result(records[0], shadow.customers(), shadow.differences());
      connection.rollback();
      return result;
    } catch (SQLException e) {
      throw SinkDatabase.refusal(settings, e);
    }
  }
}
