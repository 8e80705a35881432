// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.operate;

import io.lastfive.customersink.consume.TopicScan;
import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.OperatedOffsets;
import io.lastfive.customersink.write.ShadowTable;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.settings.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Makes {@code customer_payments} anew from the beginning of the topic, while sinks run and the old
 * rows serve.
 *
 * <pre>
 *   topic, beginning to end -> shadow table -> lock sink_offset -> the little that came since -> take over, commit
 * </pre>
 *
 * A crash before the commit leaves everything as it was. Sinks wait during the last step only.
 */
public final class Rebuild {
  private final TopicScan scan;
  private final Connection connection;
  private final LongConsumer progress;
  private long records;
  private long unreadable;

  private Rebuild(TopicScan scan, Connection connection, LongConsumer progress) {
    this.scan = scan;
    this.connection = connection;
    this.progress = progress;
  }

  /**
   * What a rebuild did.
   *
   * @param unreadable records that a sink sets aside as dead letters
   * @param written rows that were missing or different
   * @param removed rows of customers that the topic does not have
   */
  public record Result(long records, long unreadable, long customers, int written, int removed) {}

  /** Runs to its end; the consumer is told how many records were read so far. */
  public static Result run(Settings settings, LongConsumer progress) {
    SinkDatabase.prepare(settings);
    try (TopicScan scan = TopicScan.open(settings);
        Connection connection = SinkDatabase.connect(settings)) {
      connection.setAutoCommit(false);
      return new Rebuild(scan, connection, progress).run();
    } catch (SQLException e) {
      throw SinkDatabase.refusal(settings, e);
    }
  }

  private Result run() throws SQLException {
    ShadowTable shadow = ShadowTable.create(connection);
    Map<Integer, Long> read = Map.of();
    // Twice: the first takes long, and what came meanwhile must not be read under the lock.
    for (int i = 0; i < 2; i++) {
      Map<Integer, Long> ends = scan.ends();
      read(shadow, read, ends);
      connection.commit();
      read = ends;
    }
    OperatedOffsets offsets = new OperatedOffsets(connection, scan.topicId());
    Map<Integer, Long> until = later(read, offsets.lock());
    read(shadow, read, until);
    ShadowTable.TakenOver taken = shadow.takeOver();
    offsets.advance(scan.topic(), until);
    long customers = shadow.customers();
    connection.commit();
    return new Result(records, unreadable, customers, taken.written(), taken.removed());
  }

  private void read(ShadowTable shadow, Map<Integer, Long> from, Map<Integer, Long> to)
      throws SQLException {
    scan.read(
        from,
        to,
        (partition, raw, changes) -> {
          unreadable += shadow.write(scan.topicId(), partition, changes) + unreadable(changes);
          records += changes.size();
          progress.accept(records);
        });
  }

  private static long unreadable(List<Change> changes) {
    return changes.stream().filter(Change.DeadLetter.class::isInstance).count();
  }

  private static Map<Integer, Long> later(Map<Integer, Long> one, Map<Integer, Long> other) {
    Map<Integer, Long> later = new TreeMap<>(one);
    other.forEach((partition, offset) -> later.merge(partition, offset, Math::max));
    return later;
  }
}
