// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqltest.driver.ScriptRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    List<ScriptRecord> inputs,
    List<ScriptRecord> outputs,
    JsonNode post,
    Optional<String> expectedError) {}
