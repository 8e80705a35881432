// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KsqlParserTest {

  // --- splitting

  @Test
  void splitsAtSemicolonsOutsideOfStringsNamesAndComments() {
    String sql =
        "SET 'a;'='b'; -- not; here\nSELECT `c;d`, \"e;f\" /* nor; here */ FROM g;\nLIST STREAMS";

    List<StatementText> statements = KsqlParser.split(sql);

    assertThat(statements)
        .containsExactly(
            new StatementText("SET 'a;'='b';", 1, 1),
            new StatementText("SELECT `c;d`, \"e;f\" /* nor; here */ FROM g;", 2, 1),
            new StatementText("LIST STREAMS", 3, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n", "-- only a comment", "/* a\nb */ -- c"})
  void findsNoStatementInBlanksAndComments(String sql) {
    assertThat(KsqlParser.split(sql)).isEmpty();
  }

  @Test
  void keepsLettersBeyondTheBasicPlaneWhole() {
    assertThat(KsqlParser.split("SET 'a'='😀'; SET 'b'='ç';"))
        .extracting(StatementText::text)
        .containsExactly("SET 'a'='😀';", "SET 'b'='ç';");
  }

  @Test
  void placesNodesInTheTextOfTheWholeRequest() {
    StatementText second = KsqlParser.split("LIST STREAMS;\n  SELECT\n a FROM b;").get(1);

    Statement.SelectQuery select = (Statement.SelectQuery) parse(second);

    SourcePosition statement = select.position();
    SourcePosition column = select.query().select().get(0).position();
    assertThat(List.of(statement.line(), statement.column())).containsExactly(2, 3);
    assertThat(List.of(column.line(), column.column())).containsExactly(3, 2);
  }

  // --- names and literals

  @Test
  void upperCasesNamesUnlessTheyAreQuoted() {
    assertThat(SqlFormatter.format(parse("select a, `b`, \"c\", `d``e`, `F` from `g` as h;")))
        .isEqualTo("SELECT\n  A,\n  `b`,\n  `c`,\n  `d``e`,\n  F\nFROM `g` H;");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|java.lang.Integer|1",
        "-1|java.lang.Integer|-1",
        "+1|java.lang.Integer|1",
        "-(1)|java.lang.Integer|-1",
        "2147483648|java.lang.Long|2147483648",
        "-2147483648|java.lang.Integer|-2147483648",
        "-9223372036854775808|java.lang.Long|-9223372036854775808",
        "1.50|java.math.BigDecimal|1.50",
        ".5|java.math.BigDecimal|0.5",
        "1.|java.math.BigDecimal|1",
        "1E3|java.lang.Double|1000.0",
        "1.5e-3|java.lang.Double|0.0015",
        "TRUE|java.lang.Boolean|true",
        "false|java.lang.Boolean|false",
      })
  void readsLiterals(String sql, Class<?> type, String value) {
    Expression.Literal literal = (Expression.Literal) KsqlParser.parseExpression(sql);

    assertThat(literal.value()).isInstanceOf(type).hasToString(value);
    assertThat(KsqlParser.parseExpression(SqlFormatter.format(literal))).isEqualTo(literal);
  }

  @Test
  void readsADoubledQuoteInAStringAsOne() {
    Expression expression = KsqlParser.parseExpression("'it''s -- no; comment'");

    assertThat(expression)
        .isEqualTo(new Expression.Literal("it's -- no; comment", SourcePosition.NONE));
    assertThat(SqlFormatter.format(expression)).isEqualTo("'it''s -- no; comment'");
  }

  @Test
  void keepsTheScaleOfDecimals() {
    Expression.Literal literal = (Expression.Literal) KsqlParser.parseExpression("10.00");

    assertThat(literal.value()).isEqualTo(new BigDecimal("10.00"));
  }

  @Test
  void readsWordsOfTheLanguageAsNamesWhereTheyAreNotReserved() {
    assertThat(SqlFormatter.format(parse("SELECT id, key, source, days, topic FROM type;")))
        .isEqualTo("SELECT\n  ID,\n  KEY,\n  SOURCE,\n  DAYS,\n  TOPIC\nFROM TYPE TYPE;");
  }

  // --- expressions

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "a + b * c - d|((A + (B * C)) - D)",
        "a or b and not c = 1|(A OR (B AND (NOT (C = 1))))",
        "a != b|(A <> B)",
        "a->b->c[1]|A->B->C[1]",
        "a->b[c + 1]['d']|A->B[(C + 1)]['d']",
        "x.a[-1]|X.A[-1]",
        "- a|-A",
        "- -1|- -1",
        "a not in (1, 2)|(NOT (A IN (1, 2)))",
        "a not between 1 and 2|(NOT (A BETWEEN 1 AND 2))",
        "a like '%!%' escape '!'|(A LIKE '%!%' ESCAPE '!')",
        "a is not null|(A IS NOT NULL)",
        "a is null|(A IS NULL)",
        "a is not distinct from null|(A IS NOT DISTINCT FROM null)",
        "case when a then 1 when b then 2 else 3 end|(CASE WHEN A THEN 1 WHEN B THEN 2 ELSE 3 END)",
        "case a when 1 then 'x' end|(CASE A WHEN 1 THEN 'x' END)",
        "cast(a as array<struct<b int, `c` decimal(4,2)>>)|CAST(A AS ARRAY<STRUCT<B INTEGER, `c` DECIMAL(4, 2)>>)",
        "array[1, 2]|ARRAY[1, 2]",
        "map('a' := 1, 'b' := 2)|MAP('a':=1, 'b':=2)",
        "struct(a := 1, `b` := struct(c := 2))|STRUCT(A:=1, `b`:=STRUCT(C:=2))",
        "count(*)|COUNT(*)",
        "transform(a, (x, y) => x + y, x => x)|TRANSFORM(A, (X, Y) => (X + Y), (X) => X)",
        "timestampadd(days, 1, t)|TIMESTAMPADD(DAYS, 1, T)",
        "timestampadd(hour, 1, t)|TIMESTAMPADD(HOURS, 1, T)",
        "'yyyy''T'''|'yyyy''T'''",
        "`SELECT`|`SELECT`",
      })
  void printsExpressionsAsTheyWereRead(String sql, String printed) {
    Expression expression = KsqlParser.parseExpression(sql);

    assertThat(SqlFormatter.format(expression)).isEqualTo(printed);
    assertThat(KsqlParser.parseExpression(printed)).isEqualTo(expression);
  }

  @Test
  void readsTwoBarsAsConcat() {
    assertThat(SqlFormatter.format(KsqlParser.parseExpression("a || 'x'")))
        .isEqualTo("CONCAT(A, 'x')");
  }

  @Test
  void resolvesLambdaVariablesToTheInnermostLambda() {
    Expression.FunctionCall call =
        (Expression.FunctionCall) KsqlParser.parseExpression("f(a, a => g(a, b => a + b), b)");

    Expression.Lambda outer = (Expression.Lambda) call.arguments().get(1);
    Expression.FunctionCall inside = (Expression.FunctionCall) outer.body();
    Expression.Lambda inner = (Expression.Lambda) inside.arguments().get(1);
    Expression.Arithmetic sum = (Expression.Arithmetic) inner.body();
    assertThat(call.arguments().get(0)).isInstanceOf(Expression.ColumnReference.class);
    assertThat(call.arguments().get(2)).isInstanceOf(Expression.ColumnReference.class);
    assertThat(inside.arguments().get(0)).isInstanceOf(Expression.LambdaVariable.class);
    assertThat(sum.left()).isInstanceOf(Expression.LambdaVariable.class);
    assertThat(sum.right()).isInstanceOf(Expression.LambdaVariable.class);
  }

  @Test
  void readsAUnitOfTimeOnlyWhereAFunctionTakesOne() {
    Expression.FunctionCall add =
        (Expression.FunctionCall) KsqlParser.parseExpression("DATEADD(DAYS, 1, d)");
    Expression.FunctionCall sum = (Expression.FunctionCall) KsqlParser.parseExpression("SUM(DAYS)");

    assertThat(add.arguments().get(0)).isInstanceOf(Expression.IntervalUnit.class);
    assertThat(sum.arguments().get(0)).isInstanceOf(Expression.ColumnReference.class);
  }

  // --- types

  @Test
  void readsTypesCustomOnesAmongThem() {
    SqlType money = SqlType.struct(List.of(new SqlType.Field("AMOUNT", SqlType.decimal(19, 4))));

    SqlType type =
        KsqlParser.parseType(
            "MAP<VARCHAR, ARRAY<money>>",
            name -> name.equals("MONEY") ? Optional.of(money) : Optional.empty());

    assertThat(type).isEqualTo(SqlType.map(SqlType.STRING, SqlType.array(money)));
  }

  @Test
  void namesTheTypeItDoesNotKnow() {
    assertThatThrownBy(() -> KsqlParser.parseType("ARRAY<nope>", name -> Optional.empty()))
        .isInstanceOf(KsqlException.class)
        .hasMessage("Cannot resolve unknown type: NOPE");
  }

  // --- statements

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "create stream s (k int key, v decimal(19,4), h bytes header('x'), a array<struct<key string, value bytes>> headers) with (partitions=2, kafka_topic='t', value_format='JSON');|CREATE STREAM S (K INTEGER KEY, V DECIMAL(19, 4), H BYTES HEADER('x'), A ARRAY<STRUCT<KEY STRING, VALUE BYTES>> HEADERS) WITH (KAFKA_TOPIC='t', PARTITIONS=2, VALUE_FORMAT='JSON');",
        "create or replace source table if not exists t (`k` string primary key) with (\"value_format\"='JSON');|CREATE OR REPLACE SOURCE TABLE IF NOT EXISTS T (`k` STRING PRIMARY KEY) WITH (VALUE_FORMAT='JSON');",
        "insert into t (a, b) values (1, 'x');|INSERT INTO T (A, B) VALUES (1, 'x');",
        "drop table if exists t delete topic;|DROP TABLE IF EXISTS T DELETE TOPIC;",
        "alter stream s add column a int, add b string;|ALTER STREAM S ADD COLUMN A INTEGER, ADD COLUMN B STRING;",
        "create type if not exists m as struct<a int>;|CREATE TYPE IF NOT EXISTS M AS STRUCT<A INTEGER>;",
        "drop type if exists m;|DROP TYPE IF EXISTS M;",
        "print 'CC-PAYMENT' from beginning interval 2 limit 3;|PRINT 'CC-PAYMENT' FROM BEGINNING INTERVAL 2 LIMIT 3;",
        "print cc_payment;|PRINT 'cc_payment';",
        "terminate all;|TERMINATE ALL;",
        "pause normalize_cc;|PAUSE NORMALIZE_CC;",
        "resume all;|RESUME ALL;",
        "show all topics extended;|LIST ALL TOPICS EXTENDED;",
        "list queries extended;|LIST QUERIES EXTENDED;",
        "show connector plugins;|LIST CONNECTOR PLUGINS;",
        "show sink connectors;|LIST SINK CONNECTORS;",
        "list functions;|LIST FUNCTIONS;",
        "list properties;|LIST PROPERTIES;",
        "show variables;|LIST VARIABLES;",
        "list types;|LIST TYPES;",
        "show columns from s;|DESCRIBE S;",
        "describe s extended;|DESCRIBE S EXTENDED;",
        "describe tables extended;|DESCRIBE TABLES EXTENDED;",
        "describe function substring;|DESCRIBE FUNCTION SUBSTRING;",
        "describe connector `c`;|DESCRIBE CONNECTOR 'c';",
        "explain csas_s_1;|EXPLAIN CSAS_S_1;",
        "explain select a from b emit changes;|EXPLAIN SELECT A\\nFROM B B\\nEMIT CHANGES;",
        "set 'a'='b';|SET 'a'='b';",
        "unset 'a';|UNSET 'a';",
        "alter system 'a'='b';|ALTER SYSTEM 'a'='b';",
        "define fmt = 'it''s';|DEFINE fmt = 'it''s';",
        "undefine fmt;|UNDEFINE fmt;",
        "run script 'a.sql';|RUN SCRIPT 'a.sql';",
        "create sink connector if not exists c with (\"connector.class\"='x', 'tasks.max'=1);|CREATE SINK CONNECTOR IF NOT EXISTS 'c' WITH ('connector.class'='x', 'tasks.max'=1);",
        "drop connector if exists c;|DROP CONNECTOR IF EXISTS 'c';",
        "assert topic 'CC-PAYMENT' with (partitions=2) timeout 1 minute;|ASSERT TOPIC 'CC-PAYMENT' WITH (PARTITIONS=2) TIMEOUT 60 SECONDS;",
        "assert not exists schema subject 'a-value' id 3 timeout 10 milliseconds;|ASSERT NOT EXISTS SCHEMA SUBJECT 'a-value' ID 3 TIMEOUT 10 MILLISECONDS;",
        "select * from a limit 5;|SELECT *\\nFROM A A\\nLIMIT 5;",
        "select a.*, b->*, c d from a emit final limit 1;|SELECT\\n  A.*,\\n  B->*,\\n  C D\\nFROM A A\\nEMIT FINAL\\nLIMIT 1;",
        "select 1 from a left join b within (1 hour, 2 minutes) grace period 1 day on a.k = b.k full join c on a.k = c.k right outer join d on a.k = d.k;|SELECT 1\\nFROM A A\\nLEFT OUTER JOIN B B WITHIN (1 HOURS, 2 MINUTES) GRACE PERIOD 1 DAYS ON ((A.K = B.K))\\nFULL OUTER JOIN C C ON ((A.K = C.K))\\nRIGHT OUTER JOIN D D ON ((A.K = D.K));",
        "create table t as select a, count(*) from s window hopping (size 30 seconds, advance by 10 seconds, retention 7 days, grace period 1 day) where b > 1 group by (a, c) having count(*) > 1;|CREATE TABLE T AS SELECT\\n  A,\\n  COUNT(*)\\nFROM S S\\nWINDOW HOPPING ( SIZE 30 SECONDS , ADVANCE BY 10 SECONDS , RETENTION 7 DAYS , GRACE PERIOD 1 DAYS ) \\nWHERE (B > 1)\\nGROUP BY A, C\\nHAVING (COUNT(*) > 1)\\nEMIT CHANGES;",
        "create table t as select a, count(*) from s window session (5 minutes) group by a;|CREATE TABLE T AS SELECT\\n  A,\\n  COUNT(*)\\nFROM S S\\nWINDOW SESSION ( 5 MINUTES ) \\nGROUP BY A\\nEMIT CHANGES;",
        "insert into t with (query_id='q') select * from s partition by a;|INSERT INTO T WITH (QUERY_ID='q') SELECT *\\nFROM S S\\nPARTITION BY A\\nEMIT CHANGES;",
      })
  void printsStatementsAsTheyWereRead(String sql, String escaped) {
    String printed = escaped.replace("\\n", "\n");

    Statement statement = parse(sql);

    assertThat(SqlFormatter.format(statement)).isEqualTo(printed);
    assertThat(parse(printed)).isEqualTo(statement);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "assert values t (a, b) values (1, 'x');|ASSERT VALUES T (A, B) VALUES (1, 'x');",
        "assert null values t (a) key (1);|ASSERT NULL VALUES T (A) KEY (1);",
        "assert table t (a int primary key) with (value_format='JSON');|ASSERT TABLE T (A INTEGER PRIMARY KEY) WITH (VALUE_FORMAT='JSON');",
        "list streams;|LIST STREAMS;",
      })
  void readsTheAssertionsOfScriptTestsWhereAsked(String sql, String printed) {
    Statement statement =
        KsqlParser.parseTestStatement(new StatementText(sql), name -> Optional.empty());

    assertThat(SqlFormatter.format(statement)).isEqualTo(printed);
  }

  @Test
  void printsEveryKindOfStatement() {
    String everyKind =
        """
        CREATE STREAM s (a INT); CREATE TABLE t AS SELECT * FROM s; INSERT INTO s SELECT * FROM t;
        INSERT INTO s VALUES (1); DROP STREAM s; ALTER STREAM s ADD b INT; CREATE TYPE m AS INT;
        DROP TYPE m; SELECT * FROM s; PRINT s; TERMINATE q; LIST STREAMS; DESCRIBE s;
        DESCRIBE STREAMS; DESCRIBE FUNCTION f; DESCRIBE CONNECTOR c; EXPLAIN q;
        EXPLAIN SELECT * FROM s; SET 'a'='b'; UNSET 'a'; ALTER SYSTEM 'a'='b'; DEFINE a = 'b';
        UNDEFINE a; RUN SCRIPT 'f'; CREATE SINK CONNECTOR c WITH (a='b'); DROP CONNECTOR c;
        ASSERT TOPIC t; ASSERT SCHEMA ID 1; ASSERT VALUES s VALUES (1);
        ASSERT NULL VALUES s KEY (1); ASSERT STREAM s (a INT);
        """;

    List<Statement> statements =
        KsqlParser.split(everyKind).stream()
            .map(text -> KsqlParser.parseTestStatement(text, name -> Optional.empty()))
            .toList();

    Set<Class<?>> kinds = new HashSet<>();
    statements.forEach(statement -> kinds.add(statement.getClass()));
    assertThat(kinds).containsExactlyInAnyOrder(Statement.class.getPermittedSubclasses());
    assertThat(statements).allSatisfy(s -> assertThat(SqlFormatter.format(s)).endsWith(";"));
  }

  @Test
  void hidesTheValuesOfAnInsert() {
    Statement.InsertValues insert =
        (Statement.InsertValues) parse("INSERT INTO t (a, `b`) VALUES (1, '4111');");

    assertThat(SqlFormatter.masked(insert))
        .isEqualTo("INSERT INTO `T` (`A`, `b`) VALUES ('[value]', '[value]');");
  }

  // --- refusals

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "this is not sql;|line 1:1: Syntax Error\\nUnknown statement 'this'\\nDid you mean 'SHOW'?",
        "selekt a;|line 1:1: Syntax Error\\nUnknown statement 'selekt'\\nDid you mean 'SELECT'?",
        "LIST STREAMS|line 1:13: Syntax Error\\nmissing ';' at '<EOF>'",
        "SELECT FROM;|line 1:8: Syntax Error\\n",
        "CREATE STREAM INPUT (K STRING (KEY)) WITH (KAFKA_TOPIC='i');|line 1:32: Syntax Error\\nExpecting {'STRING', INTEGER_VALUE}",
        "CREATE STREAM INPUT (K VARCHAR(STRING) (KEY)) WITH (KAFKA_TOPIC='i');|line 1:40: Syntax Error\\nExpecting {',', ')'}",
        "CREATE STREAM trades (size DOUBLE);|line 1:23: Syntax Error\\n\"size\" is a reserved keyword and it can't be used as an identifier. You can use it as an identifier by escaping it as 'size'",
      })
  void namesTheSyntaxErrorAndItsPlace(String sql, String escaped) {
    assertThatThrownBy(() -> parse(sql))
        .isInstanceOf(ParseException.class)
        .hasMessage(escaped.replace("\\n", "\n"));
  }

  @Test
  void placesASyntaxErrorInTheTextOfTheWholeRequest() {
    StatementText second = KsqlParser.split("LIST STREAMS;\nSELECT CAST(a AS NULL) FROM b;").get(1);

    assertThatThrownBy(() -> parse(second))
        .isInstanceOfSatisfying(
            ParseException.class,
            e -> {
              assertThat(e.summary()).isEqualTo("Syntax error at or near 'NULL' at line 2:18");
              assertThat(e.statementText()).isEqualTo("SELECT CAST(a AS NULL) FROM b;");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "SELECT 9223372036854775808 FROM a;|Failed to prepare statement: Invalid numeric literal: 9223372036854775808",
        "SELECT * FROM a LIMIT 2.5;|Failed to prepare statement: Value must be integer for command: LIMIT",
        "CREATE TABLE t (id INT KEY);|Failed to prepare statement: Line: 1, Col: 17: Column `ID` is a 'KEY' column: please use 'PRIMARY KEY' for tables.",
        "CREATE STREAM t (id INT PRIMARY KEY);|Failed to prepare statement: Line: 1, Col: 18: Column `ID` is a 'PRIMARY KEY' column: please use 'KEY' for streams.",
        "CREATE STREAM ${nope} (id INT);|Illegal argument at Line: 1, Col: 15. Source names may only contain alphanumeric values, '_' or '-'. Got: '${NOPE}'",
        "SELECT a LIKE 'x' ESCAPE 'ab' FROM b;|Failed to prepare statement: Expected a single character escape but got 'ab'",
        "CREATE TYPE t AS DECIMAL(2, 4);|Failed to prepare statement: DECIMAL precision must be >= scale: DECIMAL(2,4)",
        "CREATE STREAM s (a INT) WITH (kafka_topic='a', KAFKA_TOPIC='b');|Failed to prepare statement: Duplicate property in the WITH clause: KAFKA_TOPIC",
      })
  void refusesWhatParsesButCanMeanNothing(String sql, String message) {
    assertThatThrownBy(() -> parse(sql)).isInstanceOf(KsqlException.class).hasMessage(message);
  }

  private static Statement parse(String sql) {
    return parse(new StatementText(sql));
  }

  private static Statement parse(StatementText text) {
    return KsqlParser.parse(text, name -> Optional.empty());
  }
}
