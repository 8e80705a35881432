// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.Console;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Asks before something is done that cannot be undone. */
final class Confirmation {
  @Option(
      names = {"-y", "--yes"},
      description = "Do it without asking; needed where nobody can be asked.")
  private boolean yes;

  /**
   * Whether it may be done.
   *
   * @throws UserError where nobody can be asked
   */
  boolean given(Console console, String question) {
    if (yes) {
      return true;
    }
    if (!console.isTerminal()) {
      throw new UserError(question + " Nobody is here to ask: say so with --yes.");
    }
    console.status(question + " [y/N]");
    return answer()
        .map(answer -> answer.strip().toLowerCase(Locale.ROOT))
        .filter(answer -> answer.equals("y") || answer.equals("yes"))
        .isPresent();
  }

  private static Optional<String> answer() {
    try {
      return Optional.ofNullable(
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()))
              .readLine());
    } catch (IOException e) {
      throw new UserError("The answer cannot be read: say --yes instead.", e);
    }
  }
}
