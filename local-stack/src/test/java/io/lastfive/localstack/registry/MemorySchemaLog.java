// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A log that lives as long as the test. */
final class MemorySchemaLog implements SchemaLog {
  private record Entry(String key, Optional<String> value) {}

  private final List<Entry> entries = new ArrayList<>();

  @Override
  public void replay(Reader reader) {
    for (int i = 0; i < entries.size(); i++) {
      reader.read(entries.get(i).key(), entries.get(i).value(), i);
    }
  }

  @Override
  public long append(String key, Optional<String> value) {
    entries.add(new Entry(key, value));
    return entries.size() - 1L;
  }

  @Override
  public void close() {}
}
