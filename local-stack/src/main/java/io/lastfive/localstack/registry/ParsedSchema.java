// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * A schema from a request: what it means, if it is Avro's, and the one text that all its spellings
 * share.
 */
record ParsedSchema(String type, Optional<Schema> avro, String text, List<Reference> references) {
  ParsedSchema {
    references = List.copyOf(references);
  }
}
