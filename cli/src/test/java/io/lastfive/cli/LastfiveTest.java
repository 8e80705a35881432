// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.settings.cli.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LastfiveTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void showsEffectiveSettingsWithTheirOrigins() {
    int exitCode = run("config", "--page.port=9", "--kafka.sasl.jaas.config=x password=hunter2");

    assertThat(out.toString().lines()).first().asString().matches("SETTING +VALUE +ORIGIN");
    assertThat(out.toString().lines().map(line -> line.replaceAll(" {2,}", " | ")))
        .contains(
            "page.host | 127.0.0.1 | default",
            "page.port | 9 | flag --page.port",
            "card.token.key | - | not set",
            "database.password | ******** | default",
            "kafka.sasl.jaas.config | ******** | flag --kafka.sasl.jaas.config");
    assertThat(out.toString()).doesNotContain("hunter2");
    assertThat(exitCode).isZero();
  }

  @Test
  void showsEffectiveSettingsAsJson() {
    run("config", "--json", "--page.port=9");

    assertThat(out.toString())
        .hasLineCount(1)
        .contains(
            "{\"name\":\"page.port\",\"value\":\"9\",\"origin\":\"flag --page.port\",\"isDefault\":false,"
                + "\"meaning\":\"Port of the customer page; 0 takes a free one.\"}");
  }

  @Test
  void checksSchemasWithoutAnyService() {
    int exitCode = run("schemas", "check");

    assertThat(out.toString())
        .isEqualTo(
            """
            CC-PAYMENT-value: io.lastfive.schemas.CreditCardPayment reads what its last release has written.
            BANK-TRANSFER-PAYMENT-value: io.lastfive.schemas.BankTransferPayment reads what its last release has written.
            """);
    assertThat(exitCode).isZero();
  }

  @Test
  void refusesASchemaWithoutItsTopicAndTheTopicOfAKnownEvent() {
    int withoutTopic = run("schemas", "register", "EWalletPayment.avsc");
    int known = run("schemas", "register", "EWalletPayment.avsc", "--topic", "CC-PAYMENT");
    int missing = run("schemas", "register", "none.avsc", "--topic", "EWALLET-PAYMENT");

    assertThat(err)
        .hasToString(
            """
            error: A schema is registered for a topic: give both, such as 'schemas register EWalletPayment.avsc --topic EWALLET-PAYMENT'.
            error: 'CC-PAYMENT' has the schema 'io.lastfive.schemas.CreditCardPayment' of this program, which 'schemas register' without a file registers.
            error: 'none.avsc' cannot be read: java.nio.file.NoSuchFileException: none.avsc.
            """);
    assertThat(List.of(withoutTopic, known, missing)).containsOnly(2);
  }

  @Test
  void describesEveryCommandAndEveryOption() {
    List<String> undescribed = new ArrayList<>();
    collectUndescribed(Lastfive.commandLine(), undescribed);

    assertThat(undescribed).isEmpty();
  }

  @Test
  void givesEveryCommandThatDoesSomethingTheCommonOptions() {
    List<String> lacking = new ArrayList<>();
    collectWithoutCommonOptions(Lastfive.commandLine(), lacking);

    assertThat(lacking).isEmpty();
  }

  private static void collectUndescribed(CommandLine command, List<String> undescribed) {
    var spec = command.getCommandSpec();
    if (spec.usageMessage().description().length == 0) {
      undescribed.add(spec.qualifiedName());
    }
    spec.args().stream()
        .filter(argument -> argument.description().length == 0 && !argument.hidden())
        .forEach(argument -> undescribed.add(spec.qualifiedName() + " " + argument.paramLabel()));
    command
        .getSubcommands()
        .values()
        .forEach(subcommand -> collectUndescribed(subcommand, undescribed));
  }

  private static void collectWithoutCommonOptions(CommandLine command, List<String> lacking) {
    var spec = command.getCommandSpec();
    boolean works = command.getSubcommands().isEmpty() && !spec.helpCommand();
    if (works && !spec.mixins().containsKey("common")) {
      lacking.add(spec.qualifiedName());
    }
    command
        .getSubcommands()
        .values()
        .forEach(subcommand -> collectWithoutCommonOptions(subcommand, lacking));
  }

  private int run(String... arguments) {
    CommandLine commandLine = Lastfive.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return CommandRunner.run(commandLine, arguments);
  }
}
