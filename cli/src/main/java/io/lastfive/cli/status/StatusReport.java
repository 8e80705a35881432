// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How the pipeline is, at one moment. */
record StatusReport(
    Instant at,
    Part<Topic> topics,
    Part<Query> queries,
    Part<Sink> sink,
    Part<DeadLetters> deadLetters,
    Part<Subject> schemas) {

  /**
   * @param records that it holds now
   * @param bytes on the brokers' disks, all replicas; empty where they do not say
   */
  record Topic(
      String topic,
      int partitions,
      long records,
      double perSecond,
      Optional<Long> bytes,
      Optional<String> problem)
      implements Part.Line {}

  /**
   * @param lag records of its sources that it has not read; empty where Kafka does not say, or it
   *     has not committed anything yet
   */
  record Query(
      String id, String state, List<String> sinks, Optional<Long> lag, Optional<String> problem)
      implements Part.Line {
    Query {
      sinks = List.copyOf(sinks);
    }
  }

  /**
   * @param instances that share the topic now
   * @param lagSeconds since the oldest record that is not in the database was written
   */
  record Sink(String group, int instances, long lag, double lagSeconds, Optional<String> problem)
      implements Part.Line {}

  /**
   * @param place topic or table
   */
  record DeadLetters(String place, long count, Optional<Instant> newest, Optional<String> problem)
      implements Part.Line {}

  /**
   * @param level of compatibility that the registry asks for
   * @param version the newest; empty where there is none
   * @param ours how the schema of this version of Lastfive stands to it
   */
  record Subject(
      String subject,
      String level,
      Optional<Integer> version,
      String ours,
      Optional<String> problem)
      implements Part.Line {}

  List<String> problems() {
    return Stream.of(
            topics.problems(),
            queries.problems(),
            sink.problems(),
            deadLetters.problems(),
            schemas.problems())
        .flatMap(problems -> problems)
        .distinct()
        .toList();
  }
}
