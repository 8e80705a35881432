// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.util.List;

/**
 * A schema of any type, as its registry keeps it.
 *
 * @param type AVRO, JSON or PROTOBUF
 * @param references the texts of the schemas it refers to, and of those that these refer to; none
 *     for Avro, whose text holds them
 */
public record SchemaText(int id, String type, String text, List<String> references) {
  public SchemaText {
    references = List.copyOf(references);
  }
}
