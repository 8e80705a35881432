// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefinitionTextTest {

  @Test
  void bringsStatementsThatMeanTheSameToOneText() {
    String written =
        """
        CREATE OR REPLACE STREAM out WITH (value_format = 'JSON', KAFKA_TOPIC='Out;') AS -- copies
          SELECT id, `Mixed`, x => x + 1
          FROM src;""";
    String shown =
        "CREATE STREAM OUT WITH (CLEANUP_POLICY='delete', KAFKA_TOPIC='Out;', PARTITIONS=1, REPLICAS=1,"
            + " RETENTION_MS=604800000, VALUE_FORMAT='JSON') AS SELECT ID, `Mixed`, X=>X + 1 FROM SRC;";

    assertThat(DefinitionText.normal(written)).isEqualTo(DefinitionText.normal(shown));
    assertThat(DefinitionText.normal(written))
        .isNotEqualTo(DefinitionText.normal(shown.replace("`Mixed`", "MIXED")))
        .isNotEqualTo(DefinitionText.normal(shown.replace("'JSON'", "'AVRO'")))
        .isNotEqualTo(DefinitionText.normal(shown.replace("+ 1", "+ 2")));
  }

  @Test
  void leavesTheRestOfAStatementAsItIsWritten() {
    assertThat(
            DefinitionText.unconditional(
                "CREATE TABLE IF NOT EXISTS t AS SELECT a <> b, 'or replace' FROM s WHERE a IF NOT EXISTS;"))
        .isEqualTo("CREATE TABLE  t AS SELECT a <> b, 'or replace' FROM s WHERE a IF NOT EXISTS;");
  }
}
