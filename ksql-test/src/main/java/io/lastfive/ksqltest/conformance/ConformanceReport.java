// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqltest.conformance.CaseOutcome.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts how cases ended, in all and by family, and keeps why those failed that did. */
public final class ConformanceReport {
  private record Failure(String family, String name, CaseOutcome outcome) {}

  private final Map<String, Map<Verdict, Integer>> byFamily = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();

  void add(QttCase test, CaseOutcome outcome) {
    byFamily
        .computeIfAbsent(test.family(), family -> new EnumMap<>(Verdict.class))
        .merge(outcome.verdict(), 1, Integer::sum);
    if (outcome.verdict() != Verdict.PASSED) {
      failures.add(new Failure(test.family(), test.name(), outcome));
    }
  }

  /** Whether no case was run at all. */
  public boolean isEmpty() {
    return byFamily.isEmpty();
  }

  /** Whether every case passed or was refused as unsupported. */
  public boolean clean() {
    return failures.stream().allMatch(f -> f.outcome().verdict() == Verdict.UNSUPPORTED);
  }

  /** One JSON object on one line; wrong rows are counted among the failed, too. */
  public String toJson() {
    ObjectNode root = counts(totals());
    ObjectNode families = root.putObject("byFamily");
    byFamily.forEach((family, verdicts) -> families.set(family, counts(verdicts)));
    return root.toString();
  }

  private static ObjectNode counts(Map<Verdict, Integer> verdicts) {
    int wrongRows = verdicts.getOrDefault(Verdict.WRONG_ROWS, 0);
    ObjectNode node = QttCases.JSON.createObjectNode();
    node.put("passed", verdicts.getOrDefault(Verdict.PASSED, 0));
    node.put("failed", verdicts.getOrDefault(Verdict.FAILED, 0) + wrongRows);
    node.put("unsupported", verdicts.getOrDefault(Verdict.UNSUPPORTED, 0));
    node.put("wrongRows", wrongRows);
    return node;
  }

  private Map<Verdict, Integer> totals() {
    Map<Verdict, Integer> totals = new EnumMap<>(Verdict.class);
    byFamily
        .values()
        .forEach(counts -> counts.forEach((verdict, n) -> totals.merge(verdict, n, Integer::sum)));
    return totals;
  }

  /** The cases that did not pass, each with its reason, then a table of the families. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    for (Failure failure : failures) {
      text.append(failure.outcome().verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '))
          .append("  ")
          .append(failure.family())
          .append(": ")
          .append(failure.name())
          .append("\n   ")
          .append(failure.outcome().reason().replace("\n", "\n   "))
          .append('\n');
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%n%-42s %7s %7s %7s %7s%n",
            "family",
            "passed",
            "failed",
            "wrong",
            "unsupp."));
    byFamily.forEach((family, verdicts) -> line(text, family, verdicts));
    line(text, "all", totals());
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Map<Verdict, Integer> verdicts) {
    int wrongRows = verdicts.getOrDefault(Verdict.WRONG_ROWS, 0);
    text.append(
        String.format(
            Locale.ROOT,
            "%-42s %7d %7d %7d %7d%n",
            name,
            verdicts.getOrDefault(Verdict.PASSED, 0),
            verdicts.getOrDefault(Verdict.FAILED, 0) + wrongRows,
            wrongRows,
            verdicts.getOrDefault(Verdict.UNSUPPORTED, 0)));
  }
}
