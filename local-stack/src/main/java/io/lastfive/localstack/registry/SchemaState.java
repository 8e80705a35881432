// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import io.lastfive.registry.CompatibilityLevel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the log adds up to. Guarded by {@link SchemaRegistry}. */
final class SchemaState {
  private static final Optional<String> GLOBAL = Optional.empty();

  private final SortedMap<String, SortedMap<Integer, StoredSchema>> subjects = new TreeMap<>();

  /** In the order of registration: an id is described by its newest version. */
  private final Map<Integer, Map<String, StoredSchema>> byId = new HashMap<>();

  private final Map<Optional<String>, CompatibilityLevel> levels = new HashMap<>();
  private final Map<Optional<String>, Mode> modes = new HashMap<>();
  private int highestId;

  void put(StoredSchema schema) {
    subjects.computeIfAbsent(schema.subject(), s -> new TreeMap<>()).put(schema.version(), schema);
    byId.computeIfAbsent(schema.id(), i -> new LinkedHashMap<>()).put(place(schema), schema);
    highestId = Math.max(highestId, schema.id());
  }

  void remove(String subject, int version) {
    SortedMap<Integer, StoredSchema> versions = subjects.get(subject);
    StoredSchema removed = versions == null ? null : versions.remove(version);
    if (removed == null || versions == null) {
      return;
    }
    if (versions.isEmpty()) {
      subjects.remove(subject);
    }
    Map<String, StoredSchema> places = byId.getOrDefault(removed.id(), new HashMap<>());
    places.remove(place(removed));
    if (places.isEmpty()) {
      byId.remove(removed.id());
    }
  }

  /** Marks every version up to this one as deleted. */
  void softDelete(String subject, int upToVersion) {
    for (StoredSchema schema : versions(subject)) {
      if (schema.version() <= upToVersion) {
        put(schema.asDeleted());
      }
    }
  }

  Collection<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  /** Oldest first, soft-deleted ones too. */
  List<StoredSchema> versions(String subject) {
    SortedMap<Integer, StoredSchema> versions = subjects.get(subject);
    return versions == null ? List.of() : List.copyOf(versions.values());
  }

  /** Every version that has this id, newest registration first. */
  List<StoredSchema> withId(int id) {
    List<StoredSchema> schemas = new ArrayList<>(byId.getOrDefault(id, Map.of()).values());
    Collections.reverse(schemas);
    return schemas;
  }

  Optional<Integer> idOf(ParsedSchema content) {
    return subjects.values().stream()
        .flatMap(versions -> versions.values().stream())
        .filter(schema -> schema.hasContent(content))
        .map(StoredSchema::id)
        .findFirst();
  }

  List<StoredSchema> all() {
    return subjects.values().stream().flatMap(versions -> versions.values().stream()).toList();
  }

  int nextId() {
    return highestId + 1;
  }

  void setLevel(Optional<String> subject, Optional<CompatibilityLevel> level) {
    level.ifPresentOrElse(l -> levels.put(subject, l), () -> levels.remove(subject));
  }

  Optional<CompatibilityLevel> level(Optional<String> subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  CompatibilityLevel effectiveLevel(String subject) {
    return level(Optional.of(subject)).or(() -> level(GLOBAL)).orElse(CompatibilityLevel.BACKWARD);
  }

  void setMode(Optional<String> subject, Optional<Mode> mode) {
    mode.ifPresentOrElse(m -> modes.put(subject, m), () -> modes.remove(subject));
  }

  Optional<Mode> mode(Optional<String> subject) {
    return Optional.ofNullable(modes.get(subject));
  }

  Mode effectiveMode(String subject) {
    Optional<Mode> global = mode(GLOBAL);
    if (global.isPresent() && global.get() == Mode.READONLY_OVERRIDE) {
      return Mode.READONLY_OVERRIDE;
    }
    return mode(Optional.of(subject)).or(() -> global).orElse(Mode.READWRITE);
  }

  private static String place(StoredSchema schema) {
    return schema.version() + "/" + schema.subject();
  }
}
