// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The steps of a page of docs/: in its {@code console} blocks every line that starts with {@code $}
 * is a command, and the lines below it are what it prints, {@code ...} standing for what differs
 * from run to run; an {@code sql} block whose first line is a comment with a file's name is that
 * file.
 */
final class DocumentedSteps {
  /** One step of the page, in the page's order. */
  sealed interface Step permits Command, Script {}

  /**
   * @param output what it must print, line by line; empty: the page says nothing of it
   */
  record Command(String text, List<String> output) implements Step {
    /** Whether this line of output is what the page shows. */
    static boolean matches(String shown, String printed) {
      List<String> parts = List.of(shown.strip().split("\\.\\.\\.", -1));
      String pattern = String.join(".*", parts.stream().map(Pattern::quote).toList());
      return printed.strip().matches(pattern);
    }
  }

  /** A file that the page tells to write. */
  record Script(Path file, String text) implements Step {}

  private static final String FENCE = "```";

  private DocumentedSteps() {}

  static List<Step> of(Path page) throws IOException {
    List<Step> steps = new ArrayList<>();
    List<String> block = new ArrayList<>();
    String language = "";
    for (String line : Files.readAllLines(page)) {
      if (language.isEmpty() && line.startsWith(FENCE)) {
        language = line.substring(FENCE.length()).strip();
        block.clear();
      } else if (line.startsWith(FENCE)) {
        addBlock(language, block, steps);
        language = "";
      } else {
        block.add(line);
      }
    }
    return steps;
  }

  private static void addBlock(String language, List<String> block, List<Step> steps) {
    if (language.equals("console")) {
      addCommands(block, steps);
    } else if (language.equals("sql") && block.get(0).matches("-- \\S+\\.sql")) {
      steps.add(
          new Script(Path.of(block.get(0).substring(3).strip()), String.join("\n", block) + "\n"));
    }
  }

  private static void addCommands(List<String> block, List<Step> steps) {
    String command = "";
    List<String> output = new ArrayList<>();
    for (String line : block) {
      if (line.startsWith("$ ")) {
        addCommand(command, output, steps);
        command = line.substring(2);
        output.clear();
      } else if (!line.isBlank()) {
        output.add(line);
      }
    }
    addCommand(command, output, steps);
  }

  private static void addCommand(String command, List<String> output, List<Step> steps) {
    if (!command.isEmpty()) {
      steps.add(new Command(command, List.copyOf(output)));
    }
  }
}
