// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One of ksqlDB's query test cases, for one format.
 *
 * @param family the name of the file it comes from
 * @param topics topics with schemas that are there before the statements, as in the file
 * @param post what must hold afterwards, as in the file; a missing node where nothing must
 * @param expectedError part of the message with which the statements must be refused
 */
record QttCase(
    String family,
    String name,
    List<String> statements,
    Map<String, String> properties,
    List<JsonNode> topics,
    List<QttRecord> inputs,
    List<QttRecord> outputs,
    JsonNode post,
    Optional<String> expectedError) {

  /**
   * @param key a JSON null where the record has none
   * @param value a JSON null for a tombstone
   * @param timestamp empty in outputs: any
   */
  record QttRecord(
      String topic,
      JsonNode key,
      JsonNode value,
      OptionalLong timestamp,
      Optional<QttWindow> window,
      Optional<JsonNode> headers) {}

  record QttWindow(long start, long end, boolean session) {}
}
