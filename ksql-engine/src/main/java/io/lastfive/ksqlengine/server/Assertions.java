// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.query.Topics.Topic;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** ASSERT TOPIC and ASSERT SCHEMA: asked again until true, or until the time is over. */
final class Assertions {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final KsqlEngine engine;

  Assertions(KsqlEngine engine) {
    this.engine = engine;
  }

  ObjectNode topic(String text, Statement.AssertTopic topic) {
    await(topic.timeout(), () -> problem(topic));
    ObjectNode entity = StatementRunner.entity("assert_topic", text);
    entity.put("topicName", topic.topic());
    entity.put("exists", topic.exists());
    return entity;
  }

  private Optional<String> problem(Statement.AssertTopic asserted) {
    Optional<Topic> found = engine.topics().find(asserted.topic());
    if (!asserted.exists()) {
      return found.map(topic -> "Topic " + topic.name() + " exists");
    }
    if (found.isEmpty()) {
      return Optional.of("Topic " + asserted.topic() + " does not exist");
    }
    StringBuilder differences = new StringBuilder();
    for (Map.Entry<String, Expression.Literal> expected : asserted.properties().entrySet()) {
      String name = expected.getKey();
      int actual =
          switch (name) {
            case "PARTITIONS" -> found.get().partitions();
            case "REPLICAS" -> found.get().replicas();
            default -> {
              differences.append("\nCannot assert unknown topic property: ").append(name);
              yield -1;
            }
          };
      String value = String.valueOf(expected.getValue().value());
      if (actual >= 0 && !value.equals(String.valueOf(actual))) {
        differences
            .append("\nMismatched configuration for topic ")
            .append(asserted.topic())
            .append(": For config ")
            .append(name.toLowerCase(java.util.Locale.ROOT))
            .append(", expected ")
            .append(value)
            .append(" got ")
            .append(actual);
      }
    }
    return differences.isEmpty() ? Optional.empty() : Optional.of(differences.substring(1));
  }

  ObjectNode schema(String text, Statement.AssertSchema schema) {
    await(schema.timeout(), () -> problem(schema));
    ObjectNode entity = StatementRunner.entity("assert_schema", text);
    entity.put("subject", schema.subject().orElse(null));
    if (schema.id().isPresent()) {
      entity.put("id", schema.id().getAsInt());
    } else {
      entity.putNull("id");
    }
    entity.put("exists", schema.exists());
    return entity;
  }

  private Optional<String> problem(Statement.AssertSchema asserted) {
    String what =
        "Schema with"
            + asserted.subject().map(subject -> " subject name " + subject).orElse("")
            + (asserted.id().isPresent() ? " id " + asserted.id().getAsInt() : "");
    boolean exists = exists(asserted);
    if (exists == asserted.exists()) {
      return Optional.empty();
    }
    return Optional.of(what + (exists ? " exists" : " does not exist"));
  }

  private boolean exists(Statement.AssertSchema asserted) {
    Optional<RegisteredSchema> latest = asserted.subject().flatMap(engine.schemas()::latest);
    if (asserted.subject().isPresent() && latest.isEmpty()) {
      return false;
    }
    if (asserted.id().isEmpty()) {
      return true;
    }
    int id = asserted.id().getAsInt();
    return latest.isPresent() ? latest.get().id() == id : engine.schemas().byId(id).isPresent();
  }

  private static void await(Optional<Duration> timeout, Supplier<Optional<String>> problem) {
    Instant deadline = Instant.now().plus(timeout.orElse(DEFAULT_TIMEOUT));
    Optional<String> current = problem.get();
    while (current.isPresent()) {
      if (Instant.now().isAfter(deadline)) {
        throw ServerError.generic(ServerError.ASSERTION_FAILED, current.get());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      current = problem.get();
    }
  }
}
