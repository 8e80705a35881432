// SPDX-License-Identifier: Apache-2.0
package io.lastfive.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class BackwardCompatibilityTest {
  private static final String EARLIER =
      """
      {"name": "id", "type": "string"},
      {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 19, "scale": 4}},
      {"name": "note", "type": ["null", "string"], "default": null},
      {"name": "lines", "type": {"type": "array", "items":
        {"type": "record", "name": "Line", "fields": [{"name": "text", "type": "string"}]}}}
      """;

  @Test
  void acceptsANewFieldWithADefault() {
    assertThat(
            problemsOf(
                EARLIER + ", {\"name\": \"x\", \"type\": [\"null\", \"int\"], \"default\": null}"))
        .isEmpty();
  }

  @Test
  void acceptsAFieldLeftOut() {
    assertThat(problemsOf(EARLIER.replace("{\"name\": \"id\", \"type\": \"string\"},", "")))
        .isEmpty();
  }

  @Test
  void namesANewFieldWithoutADefault() {
    assertThat(problemsOf(EARLIER + ", {\"name\": \"branch\", \"type\": \"string\"}"))
        .containsExactly(
            "Payment.branch: earlier records do not have this field and it has no default."
                + " Give it one: \"type\": [\"null\", ...], \"default\": null.");
  }

  @Test
  void namesARenamedFieldWithinAList() {
    assertThat(problemsOf(EARLIER.replace("\"name\": \"text\"", "\"name\": \"words\"")))
        .containsExactly(
            "Payment.lines.words: earlier records do not have this field and it has no default."
                + " Give it one: \"type\": [\"null\", ...], \"default\": null.");
  }

  @Test
  void namesAFieldThatIsNoLongerOptional() {
    assertThat(
            problemsOf(EARLIER.replace("[\"null\", \"string\"], \"default\": null", "\"string\"")))
        .containsExactly(
            "Payment.note: its type has changed (reader type: STRING not compatible with writer type: NULL)."
                + " Keep the type, or add a field with another name.");
  }

  @Test
  void namesADecimalOfAnotherScale() {
    assertThat(problemsOf(EARLIER.replace("\"scale\": 4", "\"scale\": 2")))
        .containsExactly(
            "Payment.amount: decimal(19,2) was decimal(19,4) before, and earlier values would be read as"
                + " other ones. Add a field with another name.");
  }

  @Test
  void namesEveryProblem() {
    assertThat(
            problemsOf(
                "{\"name\": \"id\", \"type\": \"long\"}, {\"name\": \"amount\", \"type\": \"bytes\"}"))
        .containsExactly(
            "Payment.id: its type has changed (reader type: LONG not compatible with writer type: STRING)."
                + " Keep the type, or add a field with another name.",
            "Payment.amount: a type without a logical type was decimal(19,4) before, and earlier values"
                + " would be read as other ones. Add a field with another name.");
  }

  private static List<String> problemsOf(String fields) {
    return BackwardCompatibility.problems(schema(fields), schema(EARLIER));
  }

  private static Schema schema(String fields) {
    return new Schema.Parser()
        .parse("{\"type\": \"record\", \"name\": \"Payment\", \"fields\": [" + fields + "]}");
  }
}
