// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Modules depend on each other in one way: what a payment service embeds drags in no server, the
 * engine knows nothing of payments, and everything meets only in local-stack and cli.
 */
class ModuleDependenciesTest {
  /** What each module may use besides itself. */
  private static final Map<String, Set<String>> MAY_USE =
      new TreeMap<>(
          Map.of(
              "schemas", Set.of(),
              "settings", Set.of(),
              "registry", Set.of(),
              "producers", Set.of("schemas", "registry", "settings"),
              "ksqlclient", Set.of("settings"),
              "ksqlengine", Set.of("registry"),
              "ksqltest", Set.of("ksqlengine"),
              "customersink", Set.of("registry", "ksqlclient", "settings"),
              "localstack", Set.of("ksqlengine", "registry", "settings")));

  /** Servers, which nothing that a payment service embeds may need. */
  private static final List<String> SERVERS =
      List.of(
          "kafka..",
          "org.apache.kafka.server..",
          "org.apache.kafka.streams..",
          "io.vertx..",
          "org.postgresql..");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.lastfive");

  static Set<String> modules() {
    return MAY_USE.keySet();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void usesOnlyTheModulesBeforeIt(String module) {
    Set<String> others = new TreeSet<>(MAY_USE.keySet());
    others.add("cli");
    others.remove(module);
    others.removeAll(MAY_USE.getOrDefault(module, Set.of()));
    String[] forbidden =
        others.stream().map(ModuleDependenciesTest::packagesOf).toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(packagesOf(module))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(CLASSES);
  }

  @Test
  void drawsNoServerIntoAPaymentService() {
    noClasses()
        .that()
        .resideInAnyPackage(packagesOf("schemas"), packagesOf("registry"), packagesOf("producers"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(SERVERS.toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void keepsTheGrammarsTypesInTheEnginesParser() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.lastfive.ksqlengine.parser..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.antlr..", "io.lastfive.ksqlengine.parser.grammar..")
        .check(CLASSES);
  }

  @Test
  void keepsKafkaStreamsWhereTheEngineRunsQueries() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.lastfive.ksqlengine.topology..",
            "io.lastfive.ksqlengine.serde..",
            "io.lastfive.ksqlengine.query..",
            // Runs queries in Kafka Streams' own test driver.
            "io.lastfive.ksqltest..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka.streams..")
        .check(CLASSES);
  }

  @Test
  void knowsEveryModule() {
    Set<String> found =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.split("\\.", -1)[2])
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> known = new TreeSet<>(MAY_USE.keySet());
    known.add("cli");

    assertThat(known).isEqualTo(found);
  }

  private static String packagesOf(String module) {
    return "io.lastfive." + module + "..";
  }
}
