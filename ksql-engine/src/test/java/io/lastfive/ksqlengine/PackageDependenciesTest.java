// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which package of the engine may use which, and which of them may use which library. */
class PackageDependenciesTest {
  private static final String ENGINE = "io.lastfive.ksqlengine.";
  private static JavaClasses engine;

  @BeforeAll
  static void readClasses() {
    engine =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.lastfive.ksqlengine");
  }

  @Test
  void antlrNeverLeavesTheParser() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ENGINE + "parser..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.antlr..", ENGINE + "parser.grammar..")
        .check(engine);
  }

  @Test
  void kafkaStreamsIsForThoseWhoBuildAndRunTopologies() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ENGINE + "topology..", ENGINE + "query..", ENGINE + "serde..", ENGINE + "conformance..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka.streams..")
        .check(engine);
  }

  @Test
  void onlyTheServerKnowsHttp() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ENGINE + "server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vertx..")
        .check(engine);
  }

  @Test
  void nobodyUsesTheServer() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ENGINE + "server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ENGINE + "server..")
        .check(engine);
  }

  @Test
  void theSyntaxTreeStandsOnTypesAlone() {
    classes()
        .that()
        .resideInAPackage(ENGINE + "ast..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ENGINE + "ast..", ENGINE + "types..", "java..", "org.jspecify..")
        .check(engine);
  }

  @Test
  void theParserStandsOnTheSyntaxTree() {
    noClasses()
        .that()
        .resideInAPackage(ENGINE + "parser..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ENGINE + "analysis..",
            ENGINE + "catalog..",
            ENGINE + "functions..",
            ENGINE + "serde..",
            ENGINE + "topology..",
            ENGINE + "query..")
        .check(engine);
  }

  @Test
  void analysisKnowsNothingOfWhatIsBuiltFromIt() {
    noClasses()
        .that()
        .resideInAPackage(ENGINE + "analysis..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ENGINE + "topology..", ENGINE + "query..", ENGINE + "parser..")
        .check(engine);
  }
}
