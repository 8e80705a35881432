// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One part of the screen: its lines, and why some are missing.
 *
 * @param away what does not answer, with what to do
 */
record Part<L extends Part.Line>(List<L> lines, List<String> away) {
  Part {
    lines = List.copyOf(lines);
    away = List.copyOf(away);
  }

  /** Something that is looked at. */
  interface Line {
    /** What is wrong with it. */
    Optional<String> problem();
  }

  static <L extends Line> Part<L> of(List<L> lines) {
    return new Part<>(lines, List.of());
  }

  static <L extends Line> Part<L> away(String reason) {
    return new Part<>(List.of(), List.of(reason));
  }

  /** Both as one part. */
  Part<L> and(Part<L> other) {
    return new Part<>(
        Stream.concat(lines.stream(), other.lines.stream()).toList(),
        Stream.concat(away.stream(), other.away.stream()).toList());
  }

  Stream<String> problems() {
    return Stream.concat(away.stream(), lines.stream().flatMap(line -> line.problem().stream()));
  }
}
