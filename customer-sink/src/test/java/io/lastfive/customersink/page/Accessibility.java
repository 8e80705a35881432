// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What axe-core finds wrong with the page as it stands in the browser. */
public final class Accessibility {
  private Accessibility() {}

  public static List<String> violations(Browser browser) throws IOException {
    try (InputStream axe = Accessibility.class.getResourceAsStream("/axe.min.js")) {
      if (axe == null) {
        throw new IllegalStateException("axe.min.js is not on the class path");
      }
      browser.run(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    }
    JsonNode found =
        browser.await(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
              .then((result) => done(result.violations), (error) => done([{ id: String(error), nodes: [] }]));
            """);
    List<String> violations = new ArrayList<>();
    for (JsonNode violation : found) {
      for (JsonNode node : violation.path("nodes")) {
        violations.add(
            "%s: %s %s"
                .formatted(
                    violation.path("id").asText(),
                    node.path("target"),
                    node.path("failureSummary").asText()));
      }
      if (violation.path("nodes").isEmpty()) {
        violations.add(violation.path("id").asText());
      }
    }
    return violations;
  }
}
