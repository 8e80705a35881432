// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import java.util.List;
import org.apache.avro.Schema;

/** A schema from a request: what it means, and the one text that all its spellings share. */
record ParsedSchema(Schema schema, String text, List<Reference> references) {
  ParsedSchema {
    references = List.copyOf(references);
  }
}
