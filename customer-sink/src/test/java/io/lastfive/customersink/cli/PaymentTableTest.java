// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.settings.cli.Console;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PaymentTableTest {
  @Test
  void printsPaymentsInColumnsWithTheDigitsOfTheirCurrency() throws Exception {
    String customer =
        """
        {"customerId":"C1","asOf":"2026-01-02T12:00:00.000Z","payments":[
         {"paymentType":"CC","counterparty":"東京書店","accountNo":"411111******1111","amount":"48000.0000",
          "currency":"JPY","status":"SETTLED","transactedAt":"2026-01-02T11:59:59.123Z"},
         {"paymentType":"BANK_TRF","counterparty":"Möbel\\u001b[31m","accountNo":null,"amount":"1250.5000",
          "currency":"EUR","status":"REFUNDED","transactedAt":"2026-01-01T00:00:00.000Z"},
         {"paymentType":"MOBILE_WALLET","counterparty":null,"accountNo":"x","amount":"999999999999999.9999",
          "currency":"XXQ","status":"SETTLED","transactedAt":"2025-12-31T00:00:00.000Z"}]}
        """;

    assertThat(printed(customer))
        .isEqualTo(
            """
            Customer C1, as of 2026-01-02 12:00:00
            When                 Channel        Counterparty  Account                             Amount       Status
            2026-01-02 11:59:59  Card           東京書店      411111******1111                    48,000  JPY  SETTLED
            2026-01-01 00:00:00  Bank transfer  Möbel [31m    -                                 1,250.50  EUR  REFUNDED
            2025-12-31 00:00:00  Mobile wallet  -             x                 999,999,999,999,999.9999  XXQ  SETTLED
            """);
  }

  @Test
  void saysThatThereAreNoPayments() throws Exception {
    assertThat(
            printed(
                "{\"customerId\":\"C1\",\"asOf\":\"2026-01-02T12:00:00.000Z\",\"payments\":[]}"))
        .isEqualTo("Customer C1, as of 2026-01-02 12:00:00\nNo payments.\n");
  }

  private static String printed(String customer) throws Exception {
    StringWriter out = new StringWriter();
    Console console =
        new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), false, false);
    PaymentTable.of(new ObjectMapper().readTree(customer), ZoneOffset.UTC).print(console);
    return out.toString();
  }
}
