// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.catalog;

import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The streams, tables and custom types known so far, and which persistent queries read and write
 * them. Not safe for use by several threads: the engine changes it under its own lock; {@link
 * #copy} gives the sandbox in which a whole request is tried before any of it takes effect.
 */
public final class Catalog {
  private final Map<String, DataSource> sources = new LinkedHashMap<>();
  private final Map<String, SqlType> types = new TreeMap<>();
  private final Map<String, Set<String>> readers = new LinkedHashMap<>();
  private final Map<String, Set<String>> writers = new LinkedHashMap<>();

  public Catalog copy() {
    Catalog copy = new Catalog();
    copy.sources.putAll(sources);
    copy.types.putAll(types);
    readers.forEach((name, ids) -> copy.readers.put(name, new TreeSet<>(ids)));
    writers.forEach((name, ids) -> copy.writers.put(name, new TreeSet<>(ids)));
    return copy;
  }

  public Optional<DataSource> source(String name) {
    return Optional.ofNullable(sources.get(name));
  }

  /** In the order they were made. */
  public Collection<DataSource> sources() {
    return List.copyOf(sources.values());
  }

  /** Adds the source, or replaces the one of the same name in its place. */
  public void put(DataSource source) {
    sources.put(source.name(), source);
  }

  public void remove(String name) {
    sources.remove(name);
    readers.remove(name);
    writers.remove(name);
  }

  public Optional<SqlType> type(String name) {
    return Optional.ofNullable(types.get(name));
  }

  public Map<String, SqlType> types() {
    return new TreeMap<>(types);
  }

  public void putType(String name, SqlType type) {
    types.put(name, type);
  }

  public boolean removeType(String name) {
    return types.remove(name) != null;
  }

  /** Notes that a persistent query reads some sources and writes another. */
  public void linkQuery(String queryId, Collection<String> read, Optional<String> written) {
    read.forEach(name -> readers.computeIfAbsent(name, n -> new TreeSet<>()).add(queryId));
    written.ifPresent(name -> writers.computeIfAbsent(name, n -> new TreeSet<>()).add(queryId));
  }

  public void unlinkQuery(String queryId) {
    readers.values().forEach(ids -> ids.remove(queryId));
    writers.values().forEach(ids -> ids.remove(queryId));
  }

  /** Ids of the queries that read a source, sorted. */
  public List<String> readersOf(String name) {
    return new ArrayList<>(readers.getOrDefault(name, Set.of()));
  }

  /** Ids of the queries that write a source, sorted. */
  public List<String> writersOf(String name) {
    return new ArrayList<>(writers.getOrDefault(name, Set.of()));
  }
}
