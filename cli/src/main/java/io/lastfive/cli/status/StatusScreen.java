// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.status;

import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import io.lastfive.settings.cli.Table;
import io.lastfive.settings.cli.TextWidth;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A report as lines of text: a table a part, and at the end what is wrong. */
final class StatusScreen {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());
  private static final Pattern STYLE = Pattern.compile("\u001b\\[\\d+m");
  private static final double KIBI = 1024;
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private final Console console;

  /** Where tables are cut; 0: nowhere. */
  private final int width;

  private final List<String> lines = new ArrayList<>();

  private StatusScreen(Console console, int width) {
    this.console = console;
    this.width = width;
  }

  /** Everything, the verdict last: a person reads the end first. */
  static List<String> lines(Console console, StatusReport report) {
    StatusScreen screen = new StatusScreen(console, 0);
    screen.addTables(report);
    screen.addVerdict(report);
    return screen.lines;
  }

  /** As much as a terminal shows that is written over each time, the verdict first. */
  static List<String> fitted(Console console, StatusReport report) {
    StatusScreen screen = new StatusScreen(console, console.columns());
    screen.addVerdict(report);
    screen.lines.add("");
    screen.addTables(report);
    screen.lines.remove(screen.lines.size() - 1);
    return screen.firstLines(console.rows() - 1);
  }

  /** Of a line that goes on in the terminal's next one, both count. */
  private List<String> firstLines(int rows) {
    int left = rows;
    for (int i = 0; i < lines.size(); i++) {
      int taken = TextWidth.of(STYLE.matcher(lines.get(i)).replaceAll(""));
      left -= width == 0 ? 1 : Math.max(1, (taken + width - 1) / width);
      if (rows > 0 && left < 1 && i < lines.size() - 1) {
        List<String> first = new ArrayList<>(lines.subList(0, i));
        first.add("... %d more lines".formatted(lines.size() - i));
        return first;
      }
    }
    return lines;
  }

  private void addTables(StatusReport report) {
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
  }

  private <L extends Part.Line> void add(Part<L> part, Table table, Function<L, String[]> columns) {
    part.lines().forEach(line -> table.row(columns.apply(line)));
    List<String> texts =
        table.lines().stream().map(text -> width == 0 ? text : TextWidth.cut(text, width)).toList();
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
