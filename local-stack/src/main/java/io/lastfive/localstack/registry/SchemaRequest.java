// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** The body of a request that carries a schema; id and version are for imports only. */
record SchemaRequest(
    String type,
    String text,
    List<Reference> references,
    Optional<Integer> id,
    Optional<Integer> version) {
  static final String AVRO = "AVRO";

  static SchemaRequest of(JsonNode body) {
    return new SchemaRequest(
        body.path("schemaType").asText(AVRO),
        body.path("schema").asText(""),
        LogEntries.references(body.path("references")),
        positive(body.path("id")),
        positive(body.path("version")));
  }

  private static Optional<Integer> positive(JsonNode number) {
    return number.canConvertToInt() && number.asInt() > 0
        ? Optional.of(number.asInt())
        : Optional.empty();
  }
}
