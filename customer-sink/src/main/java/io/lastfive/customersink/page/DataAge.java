// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How old the newest data is: the age of the newest record that any sink has written, whoever's
 * payment it is. Where payment services are down it grows, and nothing else changes. Safe for
 * threads.
 */
final class DataAge {
  private final Duration staleAfter;
  private volatile Optional<Instant> newest = Optional.empty();

  DataAge(Duration staleAfter) {
    this.staleAfter = staleAfter;
  }

  void newest(Optional<Instant> recordTime) {
    newest = recordTime;
  }

  Optional<Instant> newest() {
    return newest;
  }

  Duration staleAfter() {
    return staleAfter;
  }

  /** Empty before the first record. */
  Optional<Duration> age() {
    Instant now = Instant.now();
    // A producer whose clock is ahead makes no age below zero.
    return newest.map(time -> time.isAfter(now) ? Duration.ZERO : Duration.between(time, now));
  }

  /** An age and not a time alone: the reader's clock may be wrong. */
  String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    newest.ifPresent(time -> json.put("newestRecord", time.toString()));
    age().ifPresent(age -> json.put("ageMillis", age.toMillis()));
    json.put("staleAfterMillis", staleAfter.toMillis());
    return json.toString();
  }
}
