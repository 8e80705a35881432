// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.registry.CompatibilityLevel;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRegistryTest {
  private static final String ID = "{\"name\":\"id\",\"type\":\"string\"}";
  private static final String OPTIONAL = "{\"name\":\"n\",\"type\":\"int\",\"default\":0}";
  private static final String REQUIRED = "{\"name\":\"n\",\"type\":\"int\"}";

  private final MemorySchemaLog log = new MemorySchemaLog();
  private final SchemaRegistry registry = new SchemaRegistry(log);

  /**
   * Versions: 1 has id and a required n; 2 has id only. Asked: whether id and an optional or a
   * required n, or n alone, may follow.
   */
  @ParameterizedTest
  @CsvSource({
    "NONE,                true,  true,  true",
    "BACKWARD,            true,  false, false",
    "BACKWARD_TRANSITIVE, true,  false, false",
    "FORWARD,             true,  true,  false",
    "FORWARD_TRANSITIVE,  true,  true,  false",
    "FULL,                true,  false, false",
    "FULL_TRANSITIVE,     true,  false, false"
  })
  void judgesByLevel(
      CompatibilityLevel level, boolean withOptional, boolean withRequired, boolean without) {
    registry.setLevel(Optional.of("s"), CompatibilityLevel.NONE);
    registry.register("s", record(ID, REQUIRED));
    registry.register("s", record(ID));
    registry.setLevel(Optional.of("s"), level);

    assertThat(registry.checkAgainstAll("s", record(ID, OPTIONAL)).isEmpty())
        .isEqualTo(withOptional);
    assertThat(registry.checkAgainstAll("s", record(ID, REQUIRED)).isEmpty())
        .isEqualTo(withRequired);
    assertThat(registry.checkAgainstAll("s", record(REQUIRED)).isEmpty()).isEqualTo(without);
  }

  @Test
  void looksAtEarlierVersionsOnlyWhereTheLevelIsTransitive() {
    registry.setLevel(Optional.empty(), CompatibilityLevel.FORWARD);
    registry.register("s", record(REQUIRED));
    registry.register("s", record(REQUIRED, ID));
    registry.setLevel(Optional.empty(), CompatibilityLevel.NONE);
    registry.register("s", record(ID));

    registry.setLevel(Optional.empty(), CompatibilityLevel.FORWARD);
    assertThat(registry.checkAgainstAll("s", record(ID))).isEmpty();
    registry.setLevel(Optional.empty(), CompatibilityLevel.FORWARD_TRANSITIVE);
    assertThat(registry.checkAgainstAll("s", record(ID)))
        .first()
        .isEqualTo(
            "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'n' at path '/fields/0' in the old schema has no default value and is missing in the new schema', additionalInfo:'n'}");
  }

  @Test
  void remembersEverythingThatItsLogHolds() {
    registry.setLevel(Optional.of("s"), CompatibilityLevel.NONE);
    registry.register("s", record(ID));
    registry.register("s", record(REQUIRED));
    registry.register("gone", record(ID));
    registry.deleteSubject("gone", false);
    registry.register("erased", record(OPTIONAL));
    registry.deleteSubject("erased", false);
    registry.deleteSubject("erased", true);
    registry.deleteVersion("s", "1", false);
    registry.setMode(Optional.of("kept"), Mode.READONLY, false);

    SchemaRegistry restarted = new SchemaRegistry(log);

    assertThat(restarted.level(Optional.of("s"))).contains(CompatibilityLevel.NONE);
    assertThat(restarted.mode(Optional.of("kept"))).contains(Mode.READONLY);
    assertThat(restarted.subjects("", true, false)).containsExactly("gone", "s");
    assertThat(restarted.subjects("", false, true)).containsExactly("gone");
    assertThat(restarted.versions("s", true, false)).containsExactly(1, 2);
    assertThat(restarted.versions("s", false, true)).containsExactly(1);
    assertThat(restarted.schema(2).subject()).isEqualTo("s");
    assertThatThrownBy(() -> restarted.schema(3)).hasMessage("Schema 3 not found");
  }

  @Test
  void refusesWhatConfluentsRegistryRefuses() {
    registry.register("s", record(ID));
    registry.register("gone", record(ID));
    registry.deleteSubject("gone", false);

    assertRefused(
        () -> registry.deleteVersion("gone", "1", false),
        40406,
        "Subject 'gone' Version 1 was soft deleted.Set permanent=true to delete permanently");
    assertRefused(
        () -> registry.deleteVersion("s", "1", true),
        40407,
        "Subject 's' Version 1 was not deleted first before being permanently deleted");
    assertRefused(
        () -> registry.setMode(Optional.empty(), Mode.IMPORT, false),
        42205,
        "Cannot import since found existing subjects");
    assertRefused(() -> registry.deleteLevel(Optional.of("s")), 40401, "Subject 's' not found.");
    assertRefused(
        () ->
            registry.register(
                "s",
                new SchemaRequest(
                    "AVRO",
                    "\"a.B\"",
                    List.of(new Reference("a.B", "b", 7)),
                    noNumber(),
                    noNumber())),
        42201,
        "Invalid schema of type AVRO, details: No schema reference found for subject \"b\" and version 7");
  }

  @Test
  void importsIdsAndVersionsAsTheyWere() {
    registry.setMode(Optional.of("s"), Mode.IMPORT, false);

    StoredSchema imported =
        registry.register(
            "s",
            new SchemaRequest("AVRO", "\"string\"", List.of(), Optional.of(77), Optional.of(5)));

    assertThat(imported.id()).isEqualTo(77);
    assertThat(imported.version()).isEqualTo(5);
    assertThat(registry.register("t", record(ID)).id()).isEqualTo(78);
  }

  @Test
  void schemasOfOtherTypesAreKeptAsTheyAre() {
    String message = "syntax = \"proto3\";\nmessage P { int32 a = 1; }";
    SchemaRequest protobuf =
        new SchemaRequest("PROTOBUF", message, List.of(), noNumber(), noNumber());

    StoredSchema stored = registry.register("proto", protobuf);

    assertThat(stored.type()).isEqualTo("PROTOBUF");
    assertThat(stored.text()).isEqualTo(message);
    assertThat(registry.register("proto", protobuf)).isEqualTo(stored);
    assertThat(registry.lookUp("proto", protobuf, false)).isEqualTo(stored);
    assertRefused(
        () -> registry.register("proto", record(ID)),
        40901,
        "Schema being registered is incompatible with an earlier schema for subject \"proto\","
            + " details: [Incompatible because of different schema type, {oldSchemaVersion: 1},"
            + " {oldSchema: '"
            + message
            + "'}, {compatibility: 'BACKWARD'}]");
    assertRefused(
        () ->
            registry.register(
                "x", new SchemaRequest("XML", "<a/>", List.of(), noNumber(), noNumber())),
        42201,
        "Invalid schema type XML");
  }

  private static void assertRefused(ThrowingCallable call, int errorCode, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(RegistryError.class)
        .hasMessage(message)
        .extracting(error -> ((RegistryError) error).errorCode())
        .isEqualTo(errorCode);
  }

  private static SchemaRequest record(String... fields) {
    return new SchemaRequest(
        "AVRO",
        "{\"type\":\"record\",\"name\":\"P\",\"fields\":[%s]}".formatted(String.join(",", fields)),
        List.of(),
        noNumber(),
        noNumber());
  }

  private static Optional<Integer> noNumber() {
    return Optional.empty();
  }
}
