// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.NearestName;
import io.lastfive.settings.PropertiesFile;
import io.lastfive.settings.UserError;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a mapping file: Java properties in UTF-8. Reports all problems at once. */
final class MappingFile {
  private static final String COLUMN = "column.";
  private static final String DEFAULT = "default.";
  private static final String FIXED = "fixed.";
  private static final String VALUE = "value.";
  private static final Set<String> NAMES =
      Set.of(
          "amount.decimal",
          "amount.grouping",
          "amount.unit",
          "amount.sign",
          "time.format",
          "time.zone",
          "csv.separator",
          "csv.skip",
          "file.encoding");
  private static final int MOST_SKIPPED = 1000;

  private final Path path;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, String> columns = new LinkedHashMap<>();
  private final Map<String, String> defaults = new LinkedHashMap<>();
  private final Map<String, String> fixed = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> translations = new HashMap<>();
  private final Map<String, PropertiesFile.Line> settings = new HashMap<>();

  private MappingFile(Path path) {
    this.path = path;
  }

  static PaymentMapping read(Path path) {
    MappingFile file = new MappingFile(path);
    PropertiesFile.read(path, "--mapping", file.problems).forEach(file::take);
    PaymentMapping mapping = file.mapping();
    if (!file.problems.isEmpty()) {
      throw UserError.ofAll("problems with the mapping", file.problems);
    }
    return mapping;
  }

  private void take(PropertiesFile.Line line) {
    String name = line.name();
    if (name.startsWith(COLUMN)) {
      columns.put(name.substring(COLUMN.length()), line.value());
    } else if (name.startsWith(DEFAULT)) {
      defaults.put(name.substring(DEFAULT.length()), line.value());
    } else if (name.startsWith(FIXED)) {
      fixed.put(name.substring(FIXED.length()), line.value());
    } else if (name.startsWith(VALUE) && name.indexOf('.', VALUE.length()) > 0) {
      int dot = name.indexOf('.', VALUE.length());
      translations
          .computeIfAbsent(name.substring(VALUE.length(), dot), field -> new HashMap<>())
          .put(name.substring(dot + 1), line.value());
    } else if (NAMES.contains(name)) {
      settings.put(name, line);
    } else {
      problems.add(
          "%s:%d: '%s' is no setting of a mapping.%s Settings: column.FIELD, default.FIELD, fixed.FIELD, value.FIELD.TEXT, %s."
              .formatted(
                  path,
                  line.number(),
                  name,
                  NearestName.of(name, NAMES)
                      .map(near -> " Did you mean '" + near + "'?")
                      .orElse(""),
                  String.join(", ", NAMES.stream().sorted().toList())));
    }
  }

  private PaymentMapping mapping() {
    TextFormat texts =
        new TextFormat(
            character("amount.decimal"),
            character("amount.grouping"),
            isOneOf("amount.unit", "major", "minor"),
            isOneOf("amount.sign", "positive", "negative"),
            setting("time.format").flatMap(this::formatter));
    FileFormat format =
        new FileFormat(
            setting("file.encoding").flatMap(this::charset),
            character("csv.separator"),
            setting("csv.skip").map(this::skipped).orElse(0));
    return new PaymentMapping(
        columns,
        defaults,
        fixed,
        translations,
        setting("time.zone").flatMap(this::zone),
        texts,
        format);
  }

  private Optional<PropertiesFile.Line> setting(String name) {
    return Optional.ofNullable(settings.get(name));
  }

  private Optional<Character> character(String name) {
    Optional<PropertiesFile.Line> line = setting(name);
    if (line.isEmpty()) {
      return Optional.empty();
    }
    String value =
        switch (line.get().value()) {
          case "tab" -> "\t";
          case "space" -> " ";
          default -> line.get().value();
        };
    if (value.length() != 1) {
      wrong(line.get(), "one character, or one of tab, space");
      return Optional.empty();
    }
    return Optional.of(value.charAt(0));
  }

  private boolean isOneOf(String name, String usual, String other) {
    Optional<PropertiesFile.Line> line = setting(name);
    if (line.isPresent() && !Set.of(usual, other).contains(line.get().value())) {
      wrong(line.get(), usual + " or " + other);
    }
    return line.map(PropertiesFile.Line::value).filter(other::equals).isPresent();
  }

  private int skipped(PropertiesFile.Line line) {
    try {
      int lines = Integer.parseInt(line.value());
      if (lines >= 0 && lines <= MOST_SKIPPED) {
        return lines;
      }
    } catch (NumberFormatException notANumber) {
      // Said below.
    }
    wrong(line, "a number of lines before the header, up to " + MOST_SKIPPED);
    return 0;
  }

  private Optional<DateTimeFormatter> formatter(PropertiesFile.Line line) {
    try {
      return Optional.of(
          new DateTimeFormatterBuilder()
              .parseCaseInsensitive()
              // Strict: 30 February is refused. It wants the year as u, which few write.
              .appendPattern(line.value().replace('y', 'u'))
              .toFormatter(Locale.ENGLISH)
              .withResolverStyle(ResolverStyle.STRICT));
    } catch (IllegalArgumentException noPattern) {
      wrong(line, "a pattern of Java's DateTimeFormatter such as dd.MM.yyyy HH:mm:ss");
      return Optional.empty();
    }
  }

  private Optional<ZoneId> zone(PropertiesFile.Line line) {
    try {
      return Optional.of(ZoneId.of(line.value()));
    } catch (DateTimeException unknown) {
      wrong(line, "a time zone such as Europe/Berlin or +01:00");
      return Optional.empty();
    }
  }

  private Optional<Charset> charset(PropertiesFile.Line line) {
    try {
      Charset charset = Charset.forName(line.value());
      if (!charset.name().startsWith("UTF-16") && !charset.name().startsWith("UTF-32")) {
        return Optional.of(charset);
      }
    } catch (IllegalArgumentException unknown) {
      // Said below.
    }
    wrong(line, "an encoding such as UTF-8 or windows-1252");
    return Optional.empty();
  }

  private void wrong(PropertiesFile.Line line, String wanted) {
    problems.add(
        "%s:%d: %s = '%s' is not %s."
            .formatted(path, line.number(), line.name(), line.value(), wanted));
  }
}
