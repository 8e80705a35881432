// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner itself, on cases of ours: each way in which a case can end, and every engine part. */
class ConformanceTest {
  @TempDir Path directory;

  @BeforeEach
  void writeCases() throws IOException {
    Files.writeString(
        directory.resolve("ours.json"),
        """
        {"tests": [
          {"name": "groups keep their state, and HAVING lets go", "format": ["JSON", "AVRO"],
           "statements": [
             "CREATE STREAM p (c STRING KEY, v INT) WITH (KAFKA_TOPIC='p', VALUE_FORMAT='{FORMAT}');",
             "CREATE TABLE t AS SELECT v, COUNT(*) AS n FROM p GROUP BY v HAVING COUNT(*) < 3;"],
           "inputs": [
             {"topic": "p", "key": "a", "value": {"v": 1}, "timestamp": 5},
             {"topic": "p", "key": "b", "value": {"v": 1}, "timestamp": 3},
             {"topic": "p", "key": "c", "value": {"v": 1}, "timestamp": 7},
             {"topic": "p", "key": "c", "value": {"v": 1}, "timestamp": 8}],
           "outputs": [
             {"topic": "T", "key": 1, "value": {"N": 1}, "timestamp": 5},
             {"topic": "T", "key": 1, "value": {"N": 2}, "timestamp": 5},
             {"topic": "T", "key": 1, "value": null, "timestamp": 7}],
           "post": {"sources": [{"name": "T", "type": "table", "schema": "V INT KEY, N BIGINT"}]}},
          {"name": "no repartition where the key stays",
           "statements": [
             "CREATE STREAM p (c STRING KEY, v INT) WITH (KAFKA_TOPIC='p', VALUE_FORMAT='JSON');",
             "CREATE TABLE t AS SELECT c, SUM(v) AS s FROM p GROUP BY c;"],
           "inputs": [{"topic": "p", "key": "a", "value": {"v": 1}},
                      {"topic": "p", "key": null, "value": {"v": 1}},
                      {"topic": "p", "key": "a", "value": {"v": 2}}],
           "outputs": [{"topic": "T", "key": "a", "value": {"S": 1}},
                       {"topic": "T", "key": "a", "value": {"S": 3}}],
           "post": {"topics": {"blacklist": ".*-repartition"}}},
          {"name": "wrong row",
           "statements": [
             "CREATE STREAM p (c STRING KEY, v INT) WITH (KAFKA_TOPIC='p', VALUE_FORMAT='JSON');",
             "CREATE STREAM o AS SELECT c, v + 1 AS w FROM p;"],
           "inputs": [{"topic": "p", "key": "a", "value": {"v": 1}}],
           "outputs": [{"topic": "O", "key": "a", "value": {"W": 1}}]},
          {"name": "refused with other words",
           "statements": ["CREATE STREAM o AS SELECT * FROM nothing;"],
           "expectedException": {"type": "KsqlException", "message": "no such thing"}},
          {"name": "refused as it should be",
           "statements": ["CREATE STREAM o AS SELECT * FROM nothing;"],
           "expectedException": {"type": "KsqlException", "message": "NOTHING does not exist."}},
          {"name": "unsupported never passes",
           "statements": [
             "CREATE STREAM p (c STRING KEY, v INT) WITH (KAFKA_TOPIC='p', VALUE_FORMAT='JSON');",
             "DROP CONNECTOR c;"],
           "expectedException": {"type": "KsqlException", "message": "not supported"}}
        ]}
        """);
  }

  @Test
  void countsHowEachCaseEnds() throws IOException {
    ConformanceReport report = run(Optional.empty());

    assertThat(report.toJson())
        .isEqualTo(
            "{\"passed\":4,\"failed\":2,\"unsupported\":1,\"wrongRows\":1,\"byFamily\":{\"ours\":"
                + "{\"passed\":4,\"failed\":2,\"unsupported\":1,\"wrongRows\":1}}}");
    assertThat(report.clean()).isFalse();
  }

  @Test
  void saysWhyACaseFailed() throws IOException {
    assertThat(run(Optional.of("wrong row")).toText())
        .startsWith(
            """
            wrong rows  ours: wrong row
               topic O, record 1: value {"W":1} expected, got "a" {"W":2} @0
            """);
  }

  private ConformanceReport run(Optional<String> name) throws IOException {
    return Conformance.run(directory, Optional.empty(), name.map(Pattern::compile), done -> {});
  }
}
