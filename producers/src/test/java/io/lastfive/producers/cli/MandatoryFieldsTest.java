// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.producers.cli.MandatoryFields.Mandatory;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommandRunner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MandatoryFieldsTest {
  private static final List<Mandatory> FIELDS =
      List.of(
          new Mandatory("customer_id", "--customer-id", "Customer id", false),
          new Mandatory("card_number", "--card-number", "Card number", true));

  private final Map<String, String> values = new HashMap<>();
  private final Typist typist = new Typist();

  /** Types what it was told to, and notes what it was asked. */
  private static final class Typist implements Asker {
    private final Queue<String> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();

    @Override
    public String ask(String question) {
      asked.add(question);
      return answers.remove();
    }

    @Override
    public String askUnseen(String question) {
      asked.add(question + " (unseen)");
      return answers.remove();
    }
  }

  @Test
  void asksForWhatIsMissingOnly() {
    values.put("customer_id", "C-1");
    typist.answers.add(" 4111111111111111 ");

    MandatoryFields.complete(FIELDS, values, Optional.of(typist));

    assertThat(typist.asked).containsExactly("Card number (unseen)");
    assertThat(values).containsEntry("card_number", "4111111111111111");
  }

  @Test
  void asksAgainWhereNothingWasTypedAndGivesUp() {
    typist.answers.addAll(List.of("", " ", ""));

    assertThatThrownBy(() -> MandatoryFields.complete(FIELDS, values, Optional.of(typist)))
        .isInstanceOf(UserError.class)
        .hasMessage("Nothing was sent: --customer-id was not given.");
  }

  @Test
  void refusesWhereThereIsNoTerminal() {
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        CommandRunner.commandLine(new SendCommand(Optional.empty(), Optional.empty()))
            .setErr(new PrintWriter(err));

    int exitCode = CommandRunner.run(commandLine, "cc", "--amount=1");

    assertThat(err)
        .hasToString(
            "error: Missing: --customer-id, --card-number. Give them, or run this on a terminal, where it asks.\n");
    assertThat(exitCode).isEqualTo(2);
  }
}
