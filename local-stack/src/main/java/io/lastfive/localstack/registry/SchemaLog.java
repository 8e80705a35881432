// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import java.util.Optional;

/** The registry's only storage: a compacted log of keys and values, read from its start. */
interface SchemaLog extends AutoCloseable {

  /** Hands every entry to the reader, oldest first. */
  void replay(Reader reader);

  /** Returns the entry's time once it cannot be lost; no value deletes the key. */
  long append(String key, Optional<String> value);

  @Override
  void close();

  /** Takes one entry. */
  @FunctionalInterface
  interface Reader {
    void read(String key, Optional<String> value, long timestamp);
  }
}
