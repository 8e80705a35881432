// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import io.lastfive.ksqlengine.functions.BuiltInFunctions;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Entry point: runs ksqlDB's public query test cases in topology test drivers.
 *
 * <p>DIR holds query-validation-tests/, or the files of cases themselves. Several families may be
 * given with commas between.
 */
public final class Conformance {
  private Conformance() {}

  public static void main(String[] args) throws IOException {
    List<String> arguments = new ArrayList<>(Arrays.asList(args));
    boolean json = arguments.remove("--json");
    Optional<String> family = take(arguments, "--family");
    Optional<String> name = take(arguments, "--case");
    if (arguments.size() != 1) {
      System.err.println("usage: Conformance DIR [--family NAME] [--case REGEX] [--json]");
      System.exit(2);
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    ConformanceReport report =
        run(Path.of(arguments.get(0)), family, name.map(Pattern::compile), done -> {});
    out.print(json ? report.toJson() + "\n" : report.toText());
  }

  private static Optional<String> take(List<String> arguments, String option) {
    int index = arguments.indexOf(option);
    if (index < 0 || index + 1 >= arguments.size()) {
      return Optional.empty();
    }
    arguments.remove(index);
    return Optional.of(arguments.remove(index));
  }

  /**
   * Runs the cases that the filters leave.
   *
   * @param families names of files without .json, commas between
   * @param names cases whose name holds a match
   * @param progress told the number of cases done after each
   */
  public static ConformanceReport run(
      Path directory,
      Optional<String> families,
      Optional<Pattern> names,
      Consumer<Integer> progress)
      throws IOException {
    Path queryTests = directory.resolve("query-validation-tests");
    List<QttCase> cases = QttCases.load(Files.isDirectory(queryTests) ? queryTests : directory);
    List<String> wanted = families.map(f -> List.of(f.split(","))).orElse(List.of());
    FunctionCatalog functions = new BuiltInFunctions();
    ConformanceReport report = new ConformanceReport();
    int done = 0;
    for (QttCase test : cases) {
      if ((wanted.isEmpty() || wanted.contains(test.family()))
          && names.map(pattern -> pattern.matcher(test.name()).find()).orElse(true)) {
        report.add(test, CaseRunner.run(functions, test));
        progress.accept(++done);
      }
    }
    return report;
  }
}
