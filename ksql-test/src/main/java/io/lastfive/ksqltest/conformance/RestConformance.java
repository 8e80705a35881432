// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Entry point: runs ksqlDB's REST cases against servers of the embedded engine. A case has a broker
 * and a registry to itself while it runs; where several are given, as many cases run at once, since
 * a case mostly waits.
 */
public final class RestConformance {
  private static final String CASES = "rest-query-validation-tests";

  private RestConformance() {}

  /**
   * What engines must be started with: rows come at once, and push queries are ksqlDB's newer ones
   * where its cases expect them.
   */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "ksql.streams.commit.interval.ms", "100",
          "ksql.streams.statestore.cache.max.bytes", "0",
          "ksql.query.push.v2.enabled", "true");

  /**
   * Where one case at a time may run: everything on it is deleted before each.
   *
   * @param schemas what the engine was made with
   * @param server in front of the engine
   */
  public record Stack(KsqlEngine engine, CaseSchemas schemas, URI server) {}

  /**
   * How the cases ended.
   *
   * @param failures name and reason of those that failed, in the order of the files
   */
  public record Result(int passed, List<String> failures) {
    public Result {
      failures = List.copyOf(failures);
    }

    /** Whether no case was run at all. */
    public boolean isEmpty() {
      return passed == 0 && failures.isEmpty();
    }

    public int failed() {
      return failures.size();
    }

    /** One JSON object on one line. */
    public String toJson() {
      ObjectNode json = QttCases.JSON.createObjectNode();
      json.putObject("rest").put("passed", passed).put("failed", failed());
      return json.toString();
    }

    public String toText() {
      return String.join("\n", failures)
          + String.format(Locale.ROOT, "%n%nREST cases: %d passed, %d failed%n", passed, failed());
    }
  }

  private record RestCase(int number, String family, JsonNode test) {
    String title() {
      return family + ": " + test.path("name").asText();
    }
  }

  /** Whether a folder holds REST cases. */
  public static boolean isIn(Path directory) {
    return Files.isDirectory(directory.resolve(CASES));
  }

  /**
   * @param families only these files' cases: names without .json, commas between
   * @param name only cases whose name holds a match
   * @param done told of each case that is over: how it ended, and how long it took
   */
  public static Result run(
      Path directory,
      Optional<String> families,
      Optional<Pattern> name,
      List<Stack> stacks,
      Consumer<String> done)
      throws IOException {
    Queue<RestCase> waiting = new ConcurrentLinkedQueue<>(load(directory, families, name));
    int all = waiting.size();
    if (all == 0) {
      return new Result(0, List.of());
    }
    ExecutorService lanes = Executors.newFixedThreadPool(stacks.size());
    try {
      List<Future<Map<Integer, String>>> running = new ArrayList<>();
      for (Stack stack : stacks) {
        running.add(lanes.submit(() -> runLane(stack, waiting, done)));
      }
      Map<Integer, String> failures = new TreeMap<>();
      for (Future<Map<Integer, String>> lane : running) {
        failures.putAll(lane.get());
      }
      return new Result(all - failures.size(), List.copyOf(failures.values()));
    } catch (ExecutionException e) {
      throw new KsqlException("the REST cases could not be run: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KsqlException("interrupted while running the REST cases", e);
    } finally {
      lanes.shutdownNow();
    }
  }

  private static Map<Integer, String> runLane(
      Stack stack, Queue<RestCase> waiting, Consumer<String> done) {
    Map<Integer, String> failures = new TreeMap<>();
    RestCaseRunner runner = new RestCaseRunner(stack);
    for (RestCase next = waiting.poll(); next != null; next = waiting.poll()) {
      Instant start = Instant.now();
      Optional<String> problem = runner.problem(next.test());
      String shown = next.title() + problem.map(reason -> "\n   " + reason).orElse("");
      if (problem.isPresent()) {
        failures.put(next.number(), shown);
      }
      done.accept(
          String.format(
              Locale.ROOT,
              "%s in %d ms: %s",
              problem.isPresent() ? "failed" : "passed",
              Duration.between(start, Instant.now()).toMillis(),
              shown));
    }
    return failures;
  }

  private static List<RestCase> load(
      Path directory, Optional<String> families, Optional<Pattern> name) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory.resolve(CASES))) {
      files = entries.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    List<RestCase> cases = new ArrayList<>();
    for (Path file : files) {
      String family = String.valueOf(file.getFileName()).replace(".json", "");
      if (families.isPresent() && !List.of(families.get().split(",")).contains(family)) {
        continue;
      }
      for (JsonNode test : QttCases.expandRest(file)) {
        if (name.isEmpty() || name.get().matcher(test.path("name").asText()).find()) {
          cases.add(new RestCase(cases.size(), family, test));
        }
      }
    }
    return cases;
  }
}
