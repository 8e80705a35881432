// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.settings.UserError;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a payment cannot do without: asked for on a terminal, an error elsewhere. */
final class MandatoryFields {
  private static final int TRIES = 3;

  /**
   * One field.
   *
   * @param unseen whether what is typed must not be shown
   */
  record Mandatory(String name, String flag, String question, boolean unseen) {}

  private MandatoryFields() {}

  /** Puts what is missing into {@code values}. */
  static void complete(List<Mandatory> fields, Map<String, String> values, Optional<Asker> asker) {
    List<Mandatory> missing =
        fields.stream().filter(field -> values.getOrDefault(field.name(), "").isBlank()).toList();
    if (missing.isEmpty()) {
      return;
    }
    if (asker.isEmpty()) {
      throw new UserError(
          "Missing: %s. Give %s, or run this on a terminal, where it asks."
              .formatted(
                  String.join(", ", missing.stream().map(Mandatory::flag).toList()),
                  missing.size() == 1 ? "it" : "them"));
    }
    missing.forEach(field -> values.put(field.name(), answer(asker.get(), field)));
  }

  private static String answer(Asker asker, Mandatory field) {
    for (int i = 0; i < TRIES; i++) {
      String answer =
          field.unseen() ? asker.askUnseen(field.question()) : asker.ask(field.question());
      if (!answer.isBlank()) {
        return answer.strip();
      }
    }
    throw new UserError("Nothing was sent: %s was not given.".formatted(field.flag()));
  }
}
