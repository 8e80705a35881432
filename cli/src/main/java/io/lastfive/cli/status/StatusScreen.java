// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import io.lastfive.settings.cli.Table;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A report as lines of text: a table a part, and at the end what is wrong. */
final class StatusScreen {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());
  private static final double KIBI = 1024;
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private final Console console;
  private final List<String> lines = new ArrayList<>();

  private StatusScreen(Console console) {
    this.console = console;
  }

  static List<String> lines(Console console, StatusReport report) {
    StatusScreen screen = new StatusScreen(console);
    screen.addAll(report);
    return screen.lines;
  }

  private void addAll(StatusReport report) {
    add(
        report.topics(),
        new Table("TOPIC", "PARTITIONS", "RECORDS", "PER SECOND", "SIZE"),
        topic ->
            new String[] {
              topic.topic(),
              topic.partitions() == 0 ? "missing" : Integer.toString(topic.partitions()),
              number(topic.records()),
              String.format(Locale.ROOT, "%,.0f", topic.perSecond()),
              topic.bytes().map(StatusScreen::size).orElse("-")
            });
    add(
        report.queries(),
        new Table("QUERY", "STATE", "LAG", "WRITES"),
        query ->
            new String[] {
              query.id(),
              query.state(),
              query.lag().map(StatusScreen::number).orElse("-"),
              String.join(", ", query.sinks())
            });
    add(
        report.sink(),
        new Table("SINK", "INSTANCES", "LAG", "LAG SECONDS"),
        sink ->
            new String[] {
              sink.group(),
              Integer.toString(sink.instances()),
              number(sink.lag()),
              String.format(Locale.ROOT, "%.1f", sink.lagSeconds())
            });
    add(
        report.deadLetters(),
        new Table("DEAD LETTERS", "COUNT", "NEWEST"),
        letters ->
            new String[] {
              letters.place(),
              number(letters.count()),
              letters.newest().map(StatusScreen::time).orElse("-")
            });
    add(
        report.schemas(),
        new Table("SUBJECT", "COMPATIBILITY", "VERSION", "OURS"),
        subject ->
            new String[] {
              subject.subject(),
              subject.level(),
              subject.version().map(Object::toString).orElse("-"),
              subject.ours()
            });
    addVerdict(report);
  }

  private <L extends Part.Line> void add(Part<L> part, Table table, Function<L, String[]> columns) {
    part.lines().forEach(line -> table.row(columns.apply(line)));
    List<String> texts = table.lines();
    lines.add(console.styled(Style.BOLD, texts.get(0)));
    for (int i = 1; i < texts.size(); i++) {
      Optional<String> problem = part.lines().get(i - 1).problem();
      lines.add(problem.isPresent() ? console.styled(Style.RED, texts.get(i)) : texts.get(i));
    }
    part.away().forEach(reason -> lines.add(console.styled(Style.RED, reason)));
    lines.add("");
  }

  private void addVerdict(StatusReport report) {
    List<String> problems = report.problems();
    if (problems.isEmpty()) {
      lines.add(console.styled(Style.GREEN, "Healthy.") + " " + time(report.at()));
      return;
    }
    lines.add(console.styled(Style.RED, "Degraded:") + " " + time(report.at()));
    problems.forEach(problem -> lines.add("  " + problem));
  }

  private static String time(Instant time) {
    return TIME.format(time);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= KIBI && unit < UNITS.length - 1) {
      size /= KIBI;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
  }
}
