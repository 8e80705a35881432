// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SqlTypeTest {
  @Test
  void readsTheHeaderOfARecordedAnswer() {
    assertThat(
            SqlType.columns(
                "`CUSTOMER_ID` STRING KEY, `PAYMENTS` ARRAY<STRUCT<`PAYMENT_ID` STRING, `AMOUNT` DECIMAL(19, 4),"
                    + " `TRANSACTED_AT` TIMESTAMP>>"))
        .containsExactly(
            new SqlType.Field("CUSTOMER_ID", new SqlType.Simple("STRING")),
            new SqlType.Field(
                "PAYMENTS",
                new SqlType.Array(
                    new SqlType.Struct(
                        List.of(
                            new SqlType.Field("PAYMENT_ID", new SqlType.Simple("STRING")),
                            new SqlType.Field("AMOUNT", new SqlType.Decimal(19, 4)),
                            new SqlType.Field(
                                "TRANSACTED_AT", new SqlType.Simple("TIMESTAMP")))))));
  }

  @Test
  void readsMapsNestedArraysAndNamesWithBackQuotes() {
    assertThat(SqlType.columns("`a``b, c` MAP<STRING, ARRAY<ARRAY<BIGINT>>>, `E` STRUCT<>"))
        .containsExactly(
            new SqlType.Field(
                "a`b, c",
                new SqlType.MapType(
                    new SqlType.Simple("STRING"),
                    new SqlType.Array(new SqlType.Array(new SqlType.Simple("BIGINT"))))),
            new SqlType.Field("E", new SqlType.Struct(List.of())));
  }

  @Test
  void refusesWhatIsNoSchema() {
    assertThatThrownBy(() -> SqlType.columns("`A` ARRAY<STRING"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ksqlDB answered a schema with no '>' at 17: `A` ARRAY<STRING");
  }
}
