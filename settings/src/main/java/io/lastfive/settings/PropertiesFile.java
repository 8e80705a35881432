// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Reads Java's properties format in UTF-8, keeping the line of each property, which {@link
 * Properties} does not.
 */
public final class PropertiesFile {
  /** A property and the number of the line where it begins. */
  public record Line(int number, String name, String value) {}

  private PropertiesFile() {}

  /**
   * The file's properties in order; what cannot be read is added to {@code problems}.
   *
   * @param option what names the file on the command line
   */
  public static List<Line> read(Path file, String option, List<String> problems) {
    List<Line> properties = new ArrayList<>();
    List<String> lines = lines(file, option);
    for (int i = 0; i < lines.size(); i++) {
      int number = i + 1;
      StringBuilder logical = new StringBuilder(lines.get(i));
      while (isContinued(logical) && !isComment(lines.get(number - 1)) && i + 1 < lines.size()) {
        logical.append('\n').append(lines.get(++i));
      }
      parse(file, number, logical.toString(), properties, problems);
    }
    return properties;
  }

  private static List<String> lines(Path file, String option) {
    try {
      return Files.readAllLines(file);
    } catch (MalformedInputException notUtf8) {
      throw new UserError(file + ": is not UTF-8 text. Save it as UTF-8.", notUtf8);
    } catch (IOException unreadable) {
      throw new UserError(
          "%s: cannot be read. Name a readable file with %s.".formatted(file, option), unreadable);
    }
  }

  private static void parse(
      Path file, int number, String logical, List<Line> properties, List<String> problems) {
    Properties one = new Properties();
    try {
      one.load(new StringReader(logical));
    } catch (IOException | IllegalArgumentException malformed) {
      problems.add(file + ":" + number + ": is not name=value. Write a backslash as two, \\\\.");
      return;
    }
    for (String name : one.stringPropertyNames()) {
      properties.add(new Line(number, name, one.getProperty(name).strip()));
    }
  }

  private static boolean isComment(String line) {
    String stripped = line.stripLeading();
    return stripped.startsWith("#") || stripped.startsWith("!");
  }

  private static boolean isContinued(CharSequence line) {
    int backslashes = 0;
    for (int i = line.length() - 1; i >= 0 && line.charAt(i) == '\\'; i--) {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }
}
