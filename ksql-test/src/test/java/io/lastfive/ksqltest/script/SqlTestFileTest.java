// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlTestFileTest {
  private static final String SOURCES =
      """
      CREATE STREAM s (id INT KEY, a INT, at TIMESTAMP) WITH (kafka_topic='s', value_format='JSON');
      CREATE TABLE t (id INT PRIMARY KEY, b INT) WITH (kafka_topic='t', value_format='AVRO');
      """;

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("a.sql");
  }

  @Test
  void takesRowsAndAssertionsInTheirOrder() throws IOException {
    List<TestResult> results =
        run(
            """
            --@test: a join
            %1$s
            CREATE STREAM j AS SELECT s.id, s.a, t.b FROM s JOIN t ON s.id = t.id;
            INSERT INTO t (rowtime, id, b) VALUES (1, 1, 10);
            INSERT INTO s (rowtime, id, a) VALUES (2, 1, 20);
            ASSERT VALUES j (rowtime, s_id, a, b) VALUES (2, 1, 20, 10);
            INSERT INTO s (rowtime, id, a, at) VALUES (3, 1, -1, '2026-01-01T00:00:00');
            ASSERT VALUES j VALUES (1, -1, 10);
            ASSERT VALUES s (id, at) VALUES (1, NULL);
            ASSERT VALUES s (id, at) VALUES (1, '2026-01-01T00:00:00');

            --@test: a tombstone, and what is there
            %1$s
            CREATE TABLE large AS SELECT * FROM t WHERE b > 5;
            ASSERT TABLE large (id INT PRIMARY KEY, b INT) WITH (kafka_topic='LARGE', value_format='AVRO', key_format='KAFKA');
            ASSERT STREAM s WITH (format='KAFKA', key_format='KAFKA', value_format='JSON');

            --@test: windows
            %1$s
            CREATE TABLE counted AS SELECT id, COUNT(*) AS n FROM s WINDOW TUMBLING (SIZE 10 SECONDS) GROUP BY id;
            ASSERT TABLE counted WITH (window_type='TUMBLING');
            INSERT INTO s (rowtime, id, a) VALUES (12000, 1, 1);
            ASSERT VALUES counted (id, windowstart, windowend, n) VALUES (1, 10000, 20000, 1);

            --@test: tombstones
            %1$s
            CREATE TABLE large AS SELECT * FROM t WHERE b > 5;
            INSERT INTO t (id, b) VALUES (1, 10);
            INSERT INTO t (id, b) VALUES (1, 1);
            ASSERT VALUES large (id, b) VALUES (1, 10);
            ASSERT NULL VALUES large (id) KEY (1);

            --@test: topics and schemas
            %1$s
            ASSERT TOPIC 's';
            ASSERT NOT EXISTS TOPIC 'nothing';
            ASSERT SCHEMA SUBJECT 't-value';
            ASSERT NOT EXISTS SCHEMA SUBJECT 's-value';
            """
                .formatted(SOURCES));

    assertThat(results)
        .extracting(TestResult::name, TestResult::failure)
        .containsExactly(
            tuple("a join", ""),
            tuple(
                "a tombstone, and what is there",
                file
                    + ":20: ASSERT STREAM s WITH (format='KAFKA', key_format='KAFKA', value_format='JSON');\n"
                    + "VALUE_FORMAT: expected KAFKA\n"
                    + "              got      JSON"),
            tuple("windows", ""),
            tuple("tombstones", ""),
            tuple("topics and schemas", ""));
  }

  @Test
  void saysWhatDiffersFromWhatIsAsserted() throws IOException {
    List<TestResult> results =
        run(
            """
            --@test: another row
            %1$s
            INSERT INTO s (rowtime, id, a) VALUES (7, 1, 2);
            ASSERT VALUES s (rowtime, id, a) VALUES (7, 2, 3);

            --@test: no row
            %1$s
            ASSERT VALUES
              s (id) VALUES (1);

            --@test: no tombstone
            %1$s
            INSERT INTO t (id, b) VALUES (1, 2);
            ASSERT NULL VALUES t KEY (1);

            --@test: another kind
            %1$s
            ASSERT TABLE s;

            --@test: other columns
            %1$s
            ASSERT STREAM s (id INT KEY, a BIGINT);

            --@test: nothing of that name
            ASSERT STREAM nothing;

            --@test: no such column
            %1$s
            INSERT INTO s (id, a) VALUES (1, 2);
            ASSERT VALUES s (idd) VALUES (1);

            --@test: a property that is not looked at
            %1$s
            ASSERT STREAM s WITH (partitions=3);

            --@test: no statement of the language
            CREATE STREEM s;
            """
                .formatted(SOURCES));

    assertThat(results)
        .extracting(result -> result.failure().orElse("passed"))
        .containsExactly(
            file
                + """
                :6: ASSERT VALUES s (rowtime, id, a) VALUES (7, 2, 3);
                record 1 of topic s is another:
                  ID  expected 2  got 1
                  A   expected 3  got 2""",
            file + ":12: ASSERT VALUES ...\ntopic s has no more records: 0 in all",
            file
                + ":20: ASSERT NULL VALUES t KEY (1);\nrecord 1 of topic t is no tombstone: {\"ID\":1,\"B\":2,\"ROWTIME\":0}",
            file + ":26: ASSERT TABLE s;\nkind: expected TABLE\n      got      STREAM",
            file
                + ":32: ASSERT STREAM s (id INT KEY, a BIGINT);\n"
                + "columns: expected ID INTEGER KEY, A BIGINT\n"
                + "         got      ID INTEGER KEY, A INTEGER, AT TIMESTAMP",
            file + ":35: ASSERT STREAM nothing;\nthere is no stream or table NOTHING",
            file
                + ":42: ASSERT VALUES s (idd) VALUES (1);\n"
                + "Failed to insert values into 'S'. Column name `IDD` does not exist.",
            file
                + ":48: ASSERT STREAM s WITH (partitions=3);\n"
                + "ASSERT does not look at PARTITIONS. It looks at KAFKA_TOPIC, KEY_FORMAT, VALUE_FORMAT, FORMAT, TIMESTAMP and WINDOW_TYPE.",
            file
                + ":51: CREATE STREEM s;\nSyntax error at or near 'STREEM' at line 51:8\n"
                + "line 51:8: Syntax Error\nUnknown statement 'STREEM'\nDid you mean 'SELECT'?");
  }

  @Test
  void expectsErrors() throws IOException {
    List<TestResult> results =
        run(
            """
            --@test: as expected
            --@expected.error: io.confluent.ksql.util.KsqlException
            --@expected.message: (The following columns are changed, missing or reordered: [`AT` TIMESTAMP])
            %1$s
            CREATE STREAM b AS SELECT id, a, at FROM s;
            CREATE OR REPLACE STREAM b AS SELECT id, a FROM s;

            --@test: an assertion that must not hold
            --@expected.error: java.lang.AssertionError
            %1$s
            ASSERT TABLE s;

            --@test: accepted
            --@expected.message: never
            %1$s

            --@test: another message
            --@expected.message: never
            CREATE STREAM b AS SELECT * FROM nothing;

            --@test: another error
            --@expected.error: java.lang.AssertionError
            CREATE STREAM b AS SELECT * FROM nothing;
            """
                .formatted(SOURCES));

    assertThat(results)
        .extracting(result -> result.failure().orElse("passed"))
        .containsExactly(
            "passed",
            "passed",
            file + ": every statement was accepted, expected an error with 'never' in its message",
            file
                + ":25: CREATE STREAM b AS SELECT * FROM nothing;\n"
                + "expected an error with 'never' in its message\n"
                + "got      Exception while preparing statement: NOTHING does not exist.",
            file
                + ":29: CREATE STREAM b AS SELECT * FROM nothing;\n"
                + "expected java.lang.AssertionError\n"
                + "got      Exception while preparing statement: NOTHING does not exist.");
  }

  @Test
  void namesEverythingThatIsWrongWithAFile() throws IOException {
    Files.writeString(
        file,
        """
        --@expected.message: too early
        CREATE STREAM s;
        --@test:
        --@test: twice
        --@expected.error: com.example.SomeException
        --@expected.error: java.lang.AssertionError
        --@expect.message: x
        ASSERT TOPIC s;
        --@test: empty
        """);

    assertThatThrownBy(() -> ScriptTests.of(file))
        .isInstanceOfSatisfying(
            MalformedTestException.class,
            malformed ->
                assertThat(malformed.problems())
                    .containsExactly(
                        file + ":1: '--@expected.message' stands before the first '--@test: name'.",
                        file + ":3: '--@test:' says nothing; write '--@test: ...'.",
                        file + ":2: a statement stands before the first '--@test: name'.",
                        file + ":3: test '' has no statements.",
                        file
                            + ":5: error 'com.example.SomeException' is none that can be expected. Errors: io.confluent.ksql.util.KsqlException, io.confluent.ksql.util.KsqlStatementException, io.confluent.ksql.parser.exception.ParseFailedException, java.lang.AssertionError, java.lang.Throwable, java.lang.Exception, java.lang.RuntimeException.",
                        file + ":6: '--@expected.error' is there twice in test 'twice'.",
                        file
                            + ":7: '--@expect.message' is no directive. Directives: --@test, --@expected.error, --@expected.message.",
                        file + ":9: test 'empty' has no statements."));
  }

  private static org.assertj.core.groups.Tuple tuple(String name, String failure) {
    return org.assertj.core.groups.Tuple.tuple(
        name, failure.isEmpty() ? Optional.empty() : Optional.of(failure));
  }

  private List<TestResult> run(String text) throws IOException {
    Files.writeString(file, text);
    return ScriptTests.of(file).run(result -> {});
  }
}
