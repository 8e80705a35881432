// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.lastfive.customersink.write.SinkRights;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that no compiler looks at: what they refer to is there. */
class RepositoryFilesTest {
  private static final Path ROOT = Path.of("..");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern LINK =
      Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)|<(?:img|source)[^>]* src(?:set)?=\"([^\"]+)\"");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{([A-Z_]+)}");
  private static final Pattern COPY = Pattern.compile("(?m)^COPY (--from=\\S+ )?(.+) \\S+$");

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(path -> path.toString().endsWith(".md"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksToWhatIsThere(Path document) throws IOException {
    List<String> broken = new ArrayList<>();
    Matcher links = LINK.matcher(Files.readString(document));
    while (links.find()) {
      String link = links.group(1) == null ? links.group(2) : links.group(1);
      if (!link.matches("[a-z]+:.*") && !leadsSomewhere(document, link)) {
        broken.add(link);
      }
    }

    assertThat(broken).isEmpty();
  }

  @Test
  void givesTheRolesTheRightsThatTheCommandPrints() throws IOException {
    List<String> printed =
        Stream.concat(
                SinkRights.grants("public", "lastfive_sink", false).stream(),
                SinkRights.grants("public", "lastfive_page", true).stream())
            .map(grant -> grant + ";")
            .toList();

    assertThat(Files.readString(ROOT.resolve("docs/operations.md"))).contains(printed);
  }

  private static boolean leadsSomewhere(Path document, String link) throws IOException {
    String file = link.replaceFirst("#.*", "");
    Path target = file.isEmpty() ? document : document.resolveSibling(file);
    int anchor = link.indexOf('#');
    return Files.exists(target)
        && (anchor < 0 || anchors(target).contains(link.substring(anchor + 1)));
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path document) throws IOException {
    Set<String> anchors = new TreeSet<>();
    Matcher headings = HEADING.matcher(Files.readString(document));
    while (headings.find()) {
      anchors.add(
          headings
              .group(1)
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-'));
    }
    return anchors;
  }

  @Test
  void composesOfPinnedImagesAndFilesThatAreThere() throws IOException {
    String text = Files.readString(ROOT.resolve("docker-compose.yml"));
    Properties versions = new Properties();
    try (InputStream env = Files.newInputStream(ROOT.resolve(".env"))) {
      versions.load(env);
    }
    JsonNode services = YAML.readTree(text).path("services");

    assertThat(variables(text)).isSubsetOf(versions.stringPropertyNames());
    assertThat(versions.values().stream().map(Object::toString))
        .allSatisfy(version -> assertThat(version).isNotBlank().doesNotContain("latest"));
    List<String> missing = new ArrayList<>();
    services
        .properties()
        .forEach(
            service -> {
              service
                  .getValue()
                  .path("volumes")
                  .forEach(
                      volume -> {
                        String source = volume.asText().replaceFirst(":.*", "");
                        if (source.startsWith(".") && !Files.exists(ROOT.resolve(source))) {
                          missing.add(service.getKey() + ": " + source);
                        }
                      });
              service
                  .getValue()
                  .path("depends_on")
                  .fieldNames()
                  .forEachRemaining(
                      name -> {
                        if (!services.has(name)) {
                          missing.add(service.getKey() + " depends on " + name);
                        }
                      });
            });
    assertThat(missing).isEmpty();
    assertThat(profiles(services, "app")).containsExactly("setup", "simulator", "sink");
    assertThat(profiles(services, "observe")).containsExactly("grafana", "prometheus");
  }

  @Test
  void buildsTheImageFromFilesThatAreThereAndRunsAsUserOfItsOwn() throws IOException {
    String text = Files.readString(ROOT.resolve("Dockerfile"));
    Properties versions = new Properties();
    try (InputStream env = Files.newInputStream(ROOT.resolve(".env"))) {
      versions.load(env);
    }

    assertThat(text)
        .contains(
            "ARG MAVEN_IMAGE=" + versions.getProperty("MAVEN_IMAGE"),
            "ARG JAVA_IMAGE=" + versions.getProperty("JAVA_IMAGE"))
        .containsPattern("(?m)^USER [1-9]\\d+$");
    Matcher copies = COPY.matcher(text);
    while (copies.find()) {
      if (copies.group(1) == null) {
        assertThat(ROOT.resolve(copies.group(2))).exists();
      }
    }
    String projectVersion =
        Files.readString(ROOT.resolve("pom.xml")).replaceFirst("(?s).*?<version>([^<]+)<.*", "$1");
    assertThat(text).contains("cli-" + projectVersion + ".jar");
    assertThat(versions.getProperty("LASTFIVE_VERSION")).isEqualTo(projectVersion);
  }

  @Test
  void provisionsWhatIsMountedWhereItIsMounted() throws IOException {
    JsonNode dashboards =
        YAML.readTree(
            ROOT.resolve("observe/grafana/provisioning/dashboards/lastfive.yml").toFile());
    JsonNode sources =
        YAML.readTree(
            ROOT.resolve("observe/grafana/provisioning/datasources/prometheus.yml").toFile());
    JsonNode dashboard =
        new ObjectMapper()
            .readTree(ROOT.resolve("observe/grafana/dashboards/lastfive.json").toFile());
    String compose = Files.readString(ROOT.resolve("docker-compose.yml"));

    assertThat(compose)
        .contains(
            "./observe/grafana/dashboards:" + dashboards.at("/providers/0/options/path").asText());
    String source = sources.at("/datasources/0/uid").asText();
    assertThat(dashboard.path("panels"))
        .isNotEmpty()
        .allSatisfy(
            panel ->
                assertThat(panel.path("targets"))
                    .isNotEmpty()
                    .allSatisfy(
                        target ->
                            assertThat(target.at("/datasource/uid").asText()).isEqualTo(source)));
  }

  @Test
  void explainsEveryAlert() throws IOException {
    JsonNode rules =
        YAML.readTree(ROOT.resolve("observe/alerts.yml").toFile()).at("/groups/0/rules");
    String operations = Files.readString(ROOT.resolve("docs/operations.md"));

    assertThat(rules)
        .isNotEmpty()
        .allSatisfy(
            rule -> assertThat(operations).contains("| " + rule.path("alert").asText() + " |"));
  }

  @Test
  void hasRulesThatPrometheusReads() throws Exception {
    assertAccepts("check", "config", "observe/prometheus.yml");
  }

  @Test
  void alertsWhenItShouldAndOtherwiseNot() throws Exception {
    String cases = Files.readString(ROOT.resolve("observe/alerts-test.yml"));

    assertThat(YAML.readTree(ROOT.resolve("observe/alerts.yml").toFile()).at("/groups/0/rules"))
        .allSatisfy(
            rule ->
                assertThat(cases)
                    .containsPattern(
                        "alertname: %s\\s+exp_alerts:\\s+- exp_labels"
                            .formatted(rule.path("alert").asText())));
    assertAccepts("test", "rules", "observe/alerts-test.yml");
  }

  private static void assertAccepts(String... arguments) throws Exception {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool"))),
        "promtool is not installed here. On Debian: apt-get install prometheus");
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process promtool =
        new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true).start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(promtool.waitFor()).as(said).isZero();
  }

  private static Set<String> variables(String text) {
    return VARIABLE
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> profiles(JsonNode services, String profile) {
    Set<String> names = new TreeSet<>();
    services
        .properties()
        .forEach(
            service ->
                service
                    .getValue()
                    .path("profiles")
                    .forEach(
                        one -> {
                          if (one.asText().equals(profile)) {
                            names.add(service.getKey());
                          }
                        }));
    return names;
  }
}
