// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.settings.UserError;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a person for what a command was not given. */
interface Asker {
  /** What was typed in answer to {@code question}. */
  String ask(String question);

  /** As {@link #ask}, where what is typed must not be seen. */
  String askUnseen(String question);

  /** Asks on the terminal; empty where there is none: the launcher tells, for Java cannot. */
  static Optional<Asker> ofTerminal() {
    boolean terminal =
        Boolean.getBoolean("lastfive.terminal") && Boolean.getBoolean("lastfive.input.terminal");
    java.io.@Nullable Console console = terminal ? System.console() : null;
    return Optional.ofNullable(console).map(Asker::of);
  }

  private static Asker of(java.io.Console console) {
    return new Asker() {
      @Override
      public String ask(String question) {
        return answered(console.readLine("%s: ", question));
      }

      @Override
      public String askUnseen(String question) {
        char @Nullable [] answer = console.readPassword("%s (not shown): ", question);
        return answered(answer == null ? null : new String(answer));
      }
    };
  }

  private static String answered(@Nullable String answer) {
    if (answer == null) {
      throw new UserError("Nothing was sent: the input ended before everything was given.");
    }
    return answer;
  }
}
