// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.operate;

import io.lastfive.customersink.consume.TopicScan;
import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.DeadLetters;
import io.lastfive.customersink.write.OperatedOffsets;
import io.lastfive.customersink.write.SinkDatabase;
import io.lastfive.settings.Settings;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads dead letters again at their position, now that their schema is registered or a newer
 * version of the sink can read them, and writes those that are still the newest of their customer.
 * All of a partition is one transaction, during which sinks wait to write it; running it again does
 * no harm.
 */
public final class DeadLetterReplay {
  private final TopicScan scan;
  private final Connection connection;
  private final OperatedOffsets offsets;
  private final DeadLetters letters;

  private DeadLetterReplay(TopicScan scan, Connection connection) {
    this.scan = scan;
    this.connection = connection;
    this.offsets = new OperatedOffsets(connection, scan.topicId());
    this.letters = new DeadLetters(connection, scan.topicId());
  }

  /**
   * What became of the dead letters of the topic.
   *
   * @param written could be read and were written
   * @param outdated a newer record of their customer is written already
   * @param unreadable cannot be read still, and stay
   * @param gone are not in the topic any more, and stay
   */
  public record Result(int written, int outdated, int unreadable, int gone) {
    Result plus(Result other) {
      return new Result(
          written + other.written,
          outdated + other.outdated,
          unreadable + other.unreadable,
          gone + other.gone);
    }
  }

  /** A record that can be read now and its key. */
  private record Candidate(Change change, ByteBuffer key) {}

  /** Replays the dead letters of every partition. */
  public static Result run(Settings settings) {
    SinkDatabase.prepare(settings);
    try (TopicScan scan = TopicScan.open(settings);
        Connection connection = SinkDatabase.connect(settings)) {
      connection.setAutoCommit(false);
      DeadLetterReplay replay = new DeadLetterReplay(scan, connection);
      Result result = new Result(0, 0, 0, 0);
      for (int partition : replay.letters.partitions()) {
        result = result.plus(replay.replay(partition));
      }
      return result;
    } catch (SQLException e) {
      throw SinkDatabase.refusal(settings, e);
    }
  }

  private Result replay(int partition) throws SQLException {
    // Under the lock no sink writes a record that is newer than what is read here.
    long written = offsets.lock().getOrDefault(partition, 0L);
    SortedSet<Long> bad = new TreeSet<>(letters.offsets(partition));
    TreeMap<Long, Candidate> readable = new TreeMap<>();
    Map<ByteBuffer, Long> newest = new HashMap<>();
    SortedSet<Long> unreadable = new TreeSet<>();
    scan.read(
        Map.of(partition, bad.first()),
        Map.of(partition, written),
        (number, records, changes) -> {
          for (int i = 0; i < records.size(); i++) {
            look(records.get(i), changes.get(i), bad, readable, newest, unreadable);
          }
        });
    SortedSet<Long> read = new TreeSet<>(readable.keySet());
    readable.values().removeIf(one -> newest.getOrDefault(one.key(), 0L) > one.change().offset());
    List<Long> refused =
        letters.write(partition, readable.values().stream().map(Candidate::change).toList());
    read.removeAll(refused);
    readable.keySet().removeAll(refused);
    unreadable.addAll(refused);
    letters.forget(partition, read);
    connection.commit();
    return new Result(
        readable.size(),
        read.size() - readable.size(),
        unreadable.size(),
        bad.size() - read.size() - unreadable.size());
  }

  private static void look(
      ConsumerRecord<byte[], byte[]> record,
      Change change,
      SortedSet<Long> bad,
      Map<Long, Candidate> readable,
      Map<ByteBuffer, Long> newest,
      SortedSet<Long> unreadable) {
    if (record.key() == null) {
      if (bad.contains(record.offset())) {
        unreadable.add(record.offset());
      }
      return;
    }
    ByteBuffer key = ByteBuffer.wrap(record.key());
    if (!bad.contains(record.offset())) {
      newest.put(key, record.offset());
    } else if (change instanceof Change.DeadLetter) {
      unreadable.add(record.offset());
    } else {
      newest.put(key, record.offset());
      readable.put(record.offset(), new Candidate(change, key));
    }
  }
}
