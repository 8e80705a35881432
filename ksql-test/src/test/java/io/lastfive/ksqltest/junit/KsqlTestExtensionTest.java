// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** Compiles tests that use the annotation, among them the one of docs/, and runs them. */
class KsqlTestExtensionTest {
  @TempDir private Path folder;

  @Test
  void compilesAndRunsTheExampleOfTheDocumentation() throws Exception {
    Matcher example =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/testing-scripts.md")));
    assertThat(example.find()).isTrue();

    TestExecutionSummary summary = run("PaymentScriptsTest", example.group(1));

    assertThat(summary.getFailures()).extracting(Failure::getException).isEmpty();
    assertThat(summary.getTestsSucceededCount())
        .isEqualTo(folders("../ksql/cases") + testsOf("../ksql/tests") + 2);
  }

  @Test
  void failsACaseWithWhatDiffers() throws Exception {
    write(
        "cases/wrong/statements.sql",
        "CREATE STREAM s (k INT KEY) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON'); CREATE STREAM t AS SELECT k, k + 1 AS a FROM s;");
    write(
        "cases/wrong/input.json", "{\"inputs\": [{\"topic\": \"s\", \"key\": 1, \"value\": {}}]}");
    write(
        "cases/wrong/output.json",
        "{\"outputs\": [{\"topic\": \"T\", \"key\": 1, \"value\": {\"A\": 3}}]}");

    TestExecutionSummary summary =
        run(
            "FailingTest",
            """
            import io.lastfive.ksqltest.junit.KsqlTest;

            class FailingTest {
              @KsqlTest(cases = "%s")
              void passes() {}
            }
            """
                .formatted(folder.resolve("cases")));

    assertThat(summary.getFailures())
        .extracting(failure -> failure.getException().getMessage())
        .containsExactly(
            folder.resolve("cases/wrong")
                + ": wrong\ntopic T, record 1 of 1:\n  value.A  expected 3  got 2");
  }

  @Test
  void givesEveryTestADriverOfItsOwn() throws Exception {
    write(
        "s.sql", "CREATE STREAM s (k INT KEY, a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');");

    TestExecutionSummary summary =
        run(
            "OwnDriverTest",
            """
            import static org.assertj.core.api.Assertions.assertThat;
            import io.lastfive.ksqltest.driver.ScriptDriver;
            import io.lastfive.ksqltest.junit.KsqlTest;
            import org.junit.jupiter.api.RepeatedTest;
            import org.junit.jupiter.api.Nested;

            @KsqlTest(scripts = "%s")
            class OwnDriverTest {
              @Nested
              class Inner {
                @RepeatedTest(2)
                void seesOnlyItsOwn(ScriptDriver driver) {
                  driver.execute("INSERT INTO s (k, a) VALUES (1, 2);");
                  assertThat(driver.records("s")).hasSize(1);
                }
              }
            }
            """
                .formatted(folder.resolve("s.sql")));

    assertThat(summary.getFailures()).extracting(Failure::getException).isEmpty();
    assertThat(summary.getTestsSucceededCount()).isEqualTo(2);
  }

  private TestExecutionSummary run(String className, String source) throws Exception {
    Path file = write(className + ".java", source);
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-classpath",
                classPath(),
                "-d",
                folder.toString(),
                file.toString());
    assertThat(compiled).isZero();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(DiscoverySelectors.selectClass(loader.loadClass(className)))
              .build();
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      LauncherFactory.create().execute(request, listener);
      return listener.getSummary();
    }
  }

  /**
   * Surefire's own property, for its class path is the manifest of a jar, which javac reads too.
   */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private Path write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    return Files.writeString(path, text);
  }

  private static long folders(String path) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(path))) {
      return entries.filter(Files::isDirectory).count();
    }
  }

  private static long testsOf(String path) throws IOException {
    long tests = 0;
    try (Stream<Path> files = Files.list(Path.of(path))) {
      for (Path file : List.copyOf(files.toList())) {
        tests +=
            Files.readAllLines(file).stream().filter(line -> line.startsWith("--@test")).count();
      }
    }
    return tests;
  }
}
