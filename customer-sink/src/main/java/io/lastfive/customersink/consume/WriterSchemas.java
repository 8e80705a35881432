// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import java.util.Optional;
import org.apache.avro.Schema;

/** Finds the schema that a record was written with. */
@FunctionalInterface
public interface WriterSchemas {
  /**
   * The schema of that id; empty where the registry answers that it has no Avro schema of that id.
   *
   * @throws io.lastfive.settings.UnavailableError the registry does not answer
   */
  Optional<Schema> byId(int id);
}
