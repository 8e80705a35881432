// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.settings.cli.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;

class SimulateDryRunTest {
  private static final String[] ARGUMENTS = {
    "--dry-run",
    "--count=2000",
    "--seed=42",
    "--duplicates=0.05",
    "--late=0.05",
    "--refunds=0.05",
    "--invalid=0.05",
    "--start=2026-03-01T00:00:00+01:00"
  };

  @Test
  void printsTheSameToTheByteOnEveryMachine() throws Exception {
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    String here = dryRun(ARGUMENTS);
    String elsewhere;
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-SA-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Chatham"));
      elsewhere = dryRun(ARGUMENTS);
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }

    assertThat(elsewhere).isEqualTo(here);
    assertThat(sha256(here))
        .isEqualTo("d1708c9fa7d0a949e93b2daf25c3eec8b94ad4e70ee26b01bc54d6da39ec75b6");
  }

  @Test
  void printsOneLineAPaymentWithEveryField() {
    String output = dryRun("--dry-run", "--count=1", "--seed=1", "--channel=cc", "--skew=0");

    assertThat(output)
        .isEqualTo(
            """
            {"channel":"cc","payment_id":"71bb54d8-d10b-45b9-834f-0bff90150280","customer_id":"C-000746","amount":4496.63,"currency":"CNY","card_number_masked":"555555******8157","card_token":"e77e4da233ef4797cd3bdcfb7c1ebaeb399c66649ea29cf34366380c432c2db7","cardholder_name":"王 娜","issuer_name":"长江银行","card_scheme":"MASTERCARD","retrieval_reference":"815946178260","authorization_code":"Z0MEH9","merchant_name":"Hotel Bellevue, Genève","merchant_category_code":"7011","status":"CAPTURED","transacted_at":"2026-01-01T00:00:00.000Z","duplicate":false,"late":false}
            """);
  }

  @Test
  void saysWhatIsWrongWithAnInvalidPayment() {
    String output = dryRun("--dry-run", "--count=200", "--seed=1", "--channel=bank", "--invalid=1");

    assertThat(output.lines())
        .hasSize(200)
        .allMatch(line -> line.contains(",\"late\":false,\"invalid\":\""))
        .anyMatch(line -> line.contains("\"invalid\":\"IBAN with a wrong check digit\"}"));
  }

  @Test
  void namesAChannelThatIsNone() {
    StringWriter err = new StringWriter();

    int exitCode =
        CommandRunner.run(
            CommandRunner.commandLine(new SimulateCommand()).setErr(new PrintWriter(err)),
            "--channel=paypal");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString().strip())
        .isEqualTo("error: channel = 'paypal' is none. Channels: cc, bank, all.");
  }

  @Test
  void wantsToKnowHowMany() {
    StringWriter err = new StringWriter();

    int exitCode =
        CommandRunner.run(
            CommandRunner.commandLine(new SimulateCommand()).setErr(new PrintWriter(err)),
            "--dry-run");

    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString().strip())
        .isEqualTo("error: --dry-run needs --count: how many payments to print.");
  }

  private static String dryRun(String... arguments) {
    StringWriter out = new StringWriter();
    int exitCode =
        CommandRunner.run(
            CommandRunner.commandLine(new SimulateCommand()).setOut(new PrintWriter(out)),
            arguments);
    assertThat(exitCode).isZero();
    return out.toString();
  }

  private static String sha256(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash);
  }
}
