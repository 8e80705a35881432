// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertValues;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.TopicSettings;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.catalog.DataSource;
import java.util.List;

/** A statement of a request that was found good, and what is to be done with it. */
public sealed interface Prepared {

  /**
   * To be appended to the command log, and executed when it is read back from there.
   *
   * @param groundwork what must be done outside the engine first, by {@link KsqlEngine#lay}
   */
  record Distributed(Command command, List<Groundwork> groundwork) implements Prepared {
    public Distributed {
      groundwork = List.copyOf(groundwork);
    }
  }

  /** A row to be written. */
  record Insert(AnalysedInsertValues row) implements Prepared {}

  /** IF [NOT] EXISTS met what it asked for: ksqlDB answers a warning. */
  record Nothing(String message) implements Prepared {}

  /** LIST, DESCRIBE, SELECT and the like: changes nothing, and is answered from the engine. */
  record Look(Statement statement) implements Prepared {}

  /** A change in Kafka or the schema registry that a command stands on. */
  sealed interface Groundwork {

    /** Makes the topic where it is not there. */
    record MakeTopic(TopicSettings topic) implements Groundwork {}

    /** Registers the schemas of a declared source where its subjects are empty. */
    record RegisterSource(DataSource source) implements Groundwork {}

    /** Registers the schemas that a query's results have. */
    record RegisterSink(DataSource sink) implements Groundwork {}

    record DeleteTopic(String topic) implements Groundwork {}
  }
}
