// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.cli.pipeline.PipelineTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a verification found.
 *
 * @param records of each source topic
 * @param passed records that pass the normalizing, second sendings included
 * @param notes what the reader should know besides
 * @param readMillis how long reading the sources took
 */
record VerifyResult(
    Map<String, Long> records,
    long passed,
    List<SourceTopics.LeftOut> leftOut,
    long customers,
    List<Checked> checked,
    List<Difference> differences,
    List<String> notes,
    long readMillis,
    long millis) {

  /** A place and how many of its customers differ. */
  record Checked(String place, long differing) {}

  static VerifyResult of(
      SourceTopics sources,
      ExpectedPayments expected,
      List<PlaceCheck> checks,
      List<String> truncated,
      List<String> behind,
      Duration reading,
      Duration all) {
    List<Difference> differences = new ArrayList<>();
    checks.forEach(check -> check.differing().values().forEach(differences::addAll));
    return new VerifyResult(
        sources.counts(),
        expected.passed(),
        sources.leftOut(),
        expected.customers().size(),
        checks.stream().map(check -> new Checked(check.name(), check.differing().size())).toList(),
        differences,
        notes(expected, checks, truncated, behind),
        reading.toMillis(),
        all.toMillis());
  }

  boolean isSound() {
    return differences.isEmpty();
  }

  long recordsOfAll() {
    return records.values().stream().mapToLong(Long::longValue).sum();
  }

  private static List<String> notes(
      ExpectedPayments expected,
      List<PlaceCheck> checks,
      List<String> truncated,
      List<String> behind) {
    List<String> notes = new ArrayList<>();
    if (!behind.isEmpty()) {
      notes.add(
          "The pipeline has not caught up (%s): a difference may be no more than that. Look at 'lastfive status', or give it longer with --wait."
              .formatted(String.join(", ", behind)));
    }
    if (expected.conflicting() > 0) {
      notes.add(
          "%,d payments came again under an id of a customer's last five with other contents: the last five hold both."
              .formatted(expected.conflicting()));
    }
    if (!truncated.isEmpty()) {
      notes.add(
          "The oldest records of %s are deleted: payments that only they told of are neither missed nor, where found, compared."
              .formatted(String.join(" and ", truncated)));
    }
    long unverifiable = checks.stream().mapToLong(PlaceCheck::unverifiable).sum();
    if (unverifiable > 0) {
      notes.add(
          "%,d payments found were not compared: they are of deleted records or of other channels than %s."
              .formatted(unverifiable, String.join(" and ", PipelineTopics.SOURCES)));
    }
    return notes;
  }
}
