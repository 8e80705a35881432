// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlScriptTest {

  @Test
  void endsStatementsOnlyAtSemicolonsThatStandInTheOpen() {
    String sql =
        """
        -- a comment; with a semicolon
        SET 'a' = 'b;c'; /* one; more */ INSERT INTO `odd;name` VALUES ('it''s; here');
        """;

    List<SqlStatement> statements = SqlScript.split(sql);

    assertThat(statements)
        .containsExactly(
            new SqlStatement("SET 'a' = 'b;c';", 2, 1),
            new SqlStatement("INSERT INTO `odd;name` VALUES ('it''s; here');", 2, 34));
  }

  @Test
  void takesLastStatementWithoutSemicolonAndLastCommentWithoutNewline() {
    assertThat(SqlScript.split("LIST STREAMS"))
        .containsExactly(new SqlStatement("LIST STREAMS;", 1, 1));
    assertThat(SqlScript.split("LIST STREAMS;\n-- the end"))
        .containsExactly(new SqlStatement("LIST STREAMS;", 1, 1));
    assertThat(SqlScript.split(" ; \n-- nothing")).isEmpty();
  }

  @Test
  void findsTheServersPositionInTheFile() {
    SqlStatement statement = new SqlStatement("CREATE STREAM s AS\n  SELECT nope FROM t;", 10, 3);

    assertThat(statement.positionOf("Line: 2, Col: 10: SELECT column 'NOPE' cannot be resolved."))
        .isEqualTo("11:10");
    assertThat(statement.positionOf("line 1:8: Syntax Error")).isEqualTo("10:10");
    assertThat(statement.positionOf("Cannot add stream 'S'")).isEqualTo("10:3");
  }
}
