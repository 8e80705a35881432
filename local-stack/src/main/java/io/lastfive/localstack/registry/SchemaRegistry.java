// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import io.lastfive.registry.CompatibilityLevel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The registry's operations: each checks against the state, writes to the log, then changes the
 * state. Thread-safe; one at a time.
 */
final class SchemaRegistry implements AutoCloseable {
  private final SchemaLog log;
  private final SchemaState state = new SchemaState();

  SchemaRegistry(SchemaLog log) {
    this.log = log;
    log.replay((key, value, timestamp) -> LogEntries.read(key, value, timestamp, state));
  }

  /** The version that holds the schema; a new one where the subject has none. */
  synchronized StoredSchema register(String subject, SchemaRequest request) {
    Mode mode = state.effectiveMode(subject);
    refuseReadOnly(subject, mode);
    if (request.id().isPresent() && mode != Mode.IMPORT) {
      throw RegistryError.operationNotPermitted(
          "Subject %s in context  is not in import mode".formatted(subject));
    }
    ParsedSchema parsed = parse(subject, request, true);
    Optional<StoredSchema> known =
        live(subject).stream().filter(schema -> schema.hasContent(parsed)).findFirst();
    if (known.isPresent()) {
      return known.get();
    }
    if (mode != Mode.IMPORT) {
      List<String> problems = problems(subject, parsed, live(subject));
      if (!problems.isEmpty()) {
        throw RegistryError.incompatible(subject, problems.toString());
      }
    }
    int id = request.id().orElseGet(() -> state.idOf(parsed).orElseGet(state::nextId));
    int version =
        request
            .version()
            .filter(wanted -> mode == Mode.IMPORT)
            .orElseGet(() -> highestVersion(subject) + 1);
    StoredSchema stored =
        store(
            new StoredSchema(
                subject, version, id, parsed.type(), parsed.text(), parsed.references(), 0, false));
    eraseDeletedCopies(stored, parsed);
    return stored;
  }

  /** A schema that was deleted and has come back is this version, not the deleted ones. */
  private void eraseDeletedCopies(StoredSchema stored, ParsedSchema content) {
    state.versions(stored.subject()).stream()
        .filter(StoredSchema::deleted)
        .filter(old -> old.hasContent(content))
        .forEach(old -> erase(LogEntries.schemaKey(old.subject(), old.version())));
  }

  synchronized StoredSchema lookUp(String subject, SchemaRequest request, boolean deleted) {
    List<StoredSchema> versions = existing(subject, deleted);
    ParsedSchema parsed = parse(subject, request, false);
    return versions.stream()
        .filter(schema -> schema.hasContent(parsed))
        .reduce((older, newer) -> newer)
        .orElseThrow(RegistryError::schemaNotFound);
  }

  /** Why the schema would be refused as a new version; empty where it would not. */
  synchronized List<String> checkAgainstAll(String subject, SchemaRequest request) {
    return problems(subject, parse(subject, request, false), live(subject));
  }

  /** Why the schema does not go with this one version. */
  synchronized List<String> checkAgainst(String subject, String version, SchemaRequest request) {
    Optional<Integer> number = VersionNumber.parse(version);
    List<StoredSchema> live = live(subject);
    Optional<StoredSchema> old =
        live.stream()
            .filter(schema -> number.isEmpty() || number.get() == schema.version())
            .reduce((older, newer) -> newer);
    if (old.isEmpty() && number.isPresent()) {
      throw RegistryError.versionNotFound(version);
    }
    return problems(subject, parse(subject, request, false), old.stream().toList());
  }

  synchronized List<String> subjects(String prefix, boolean deleted, boolean deletedOnly) {
    return state.subjects().stream()
        .filter(subject -> prefix.equals(":*:") || subject.startsWith(prefix))
        .filter(subject -> live(subject).isEmpty() ? deleted || deletedOnly : !deletedOnly)
        .toList();
  }

  synchronized List<Integer> versions(String subject, boolean deleted, boolean deletedOnly) {
    List<Integer> versions =
        state.versions(subject).stream()
            .filter(schema -> schema.deleted() ? deleted || deletedOnly : !deletedOnly)
            .map(StoredSchema::version)
            .toList();
    if (versions.isEmpty()) {
      throw RegistryError.subjectNotFound(subject);
    }
    return versions;
  }

  synchronized StoredSchema version(String subject, String version, boolean deleted) {
    Optional<Integer> number = VersionNumber.parse(version);
    return existing(subject, deleted).stream()
        .filter(schema -> number.isEmpty() || number.get() == schema.version())
        .reduce((older, newer) -> newer)
        .orElseThrow(() -> RegistryError.versionNotFound(version));
  }

  /** The newest version with this id, live ones first; soft-deleted ones still resolve. */
  synchronized StoredSchema schema(int id) {
    return state.withId(id).stream()
        .min(Comparator.comparing(StoredSchema::deleted))
        .orElseThrow(() -> RegistryError.schemaNotFound(id));
  }

  /** The newest version with this guid. */
  synchronized StoredSchema schemaOf(UUID guid) {
    return state.all().stream()
        .filter(schema -> schema.guid().equals(guid))
        .min(Comparator.comparing(StoredSchema::deleted))
        .orElseThrow(RegistryError::schemaNotFound);
  }

  /** The highest id that was given so far. */
  synchronized int maxId() {
    return state.nextId() - 1;
  }

  synchronized List<StoredSchema> versionsWithId(int id, boolean deleted) {
    List<StoredSchema> all = state.withId(id);
    if (all.isEmpty()) {
      throw RegistryError.schemaNotFound(id);
    }
    return all.stream().filter(schema -> deleted || !schema.deleted()).toList();
  }

  synchronized List<StoredSchema> schemas(String prefix, boolean deleted, boolean latestOnly) {
    return state.all().stream()
        .filter(schema -> prefix.equals(":*:") || schema.subject().startsWith(prefix))
        .filter(schema -> deleted || !schema.deleted())
        .filter(schema -> !latestOnly || isLatest(schema, deleted))
        .toList();
  }

  /** The ids of live schemas that refer to this version. */
  synchronized List<Integer> referencedBy(String subject, String version) {
    StoredSchema referenced = version(subject, version, false);
    return referencing(referenced).stream().map(StoredSchema::id).distinct().sorted().toList();
  }

  synchronized List<Integer> deleteSubject(String subject, boolean permanently) {
    refuseReadOnly(subject, state.effectiveMode(subject));
    List<StoredSchema> all = state.versions(subject);
    if (all.isEmpty()) {
      throw RegistryError.subjectNotFound(subject);
    }
    List<StoredSchema> live = live(subject);
    if (permanently && !live.isEmpty()) {
      throw RegistryError.subjectNotSoftDeleted(subject);
    }
    if (!permanently && live.isEmpty()) {
      throw RegistryError.subjectSoftDeleted(subject);
    }
    List<StoredSchema> concerned = permanently ? all : live;
    concerned.forEach(this::refuseReferenced);
    if (permanently) {
      concerned.forEach(schema -> erase(LogEntries.schemaKey(subject, schema.version())));
      erase(LogEntries.deleteSubjectKey(subject));
    } else {
      int last = live.get(live.size() - 1).version();
      write(LogEntries.deleteSubjectKey(subject), LogEntries.deleteSubjectValue(subject, last));
    }
    if (state.level(Optional.of(subject)).isPresent()) {
      erase(LogEntries.configKey(Optional.of(subject)));
    }
    if (state.mode(Optional.of(subject)).isPresent()) {
      erase(LogEntries.modeKey(Optional.of(subject)));
    }
    return concerned.stream().map(StoredSchema::version).toList();
  }

  synchronized int deleteVersion(String subject, String version, boolean permanently) {
    refuseReadOnly(subject, state.effectiveMode(subject));
    if (!permanently && live(subject).isEmpty() && !state.versions(subject).isEmpty()) {
      StoredSchema gone = version(subject, version, true);
      throw RegistryError.versionSoftDeleted(subject, gone.version());
    }
    StoredSchema schema = version(subject, version, true);
    if (schema.deleted() && !permanently) {
      throw RegistryError.versionSoftDeleted(subject, schema.version());
    }
    if (!schema.deleted() && permanently) {
      throw RegistryError.versionNotSoftDeleted(subject, schema.version());
    }
    refuseReferenced(schema);
    if (permanently) {
      erase(LogEntries.schemaKey(subject, schema.version()));
    } else {
      store(schema.asDeleted());
    }
    return schema.version();
  }

  synchronized Optional<CompatibilityLevel> level(Optional<String> subject) {
    return state.level(subject);
  }

  synchronized void setLevel(Optional<String> subject, CompatibilityLevel level) {
    write(LogEntries.configKey(subject), LogEntries.configValue(level));
  }

  /** Falls back to the global level, or for that one to BACKWARD; returns what was deleted. */
  synchronized CompatibilityLevel deleteLevel(Optional<String> subject) {
    Optional<CompatibilityLevel> level = state.level(subject);
    if (level.isEmpty() && subject.isPresent()) {
      throw RegistryError.subjectNotFound(subject.get());
    }
    erase(LogEntries.configKey(subject));
    return level.orElse(CompatibilityLevel.BACKWARD);
  }

  synchronized Optional<Mode> mode(Optional<String> subject) {
    return state.mode(subject);
  }

  synchronized void setMode(Optional<String> subject, Mode mode, boolean force) {
    if (mode == Mode.IMPORT && !force) {
      boolean found =
          subject.isPresent()
              ? !live(subject.get()).isEmpty()
              : state.all().stream().anyMatch(schema -> !schema.deleted());
      if (found) {
        throw RegistryError.operationNotPermitted("Cannot import since found existing subjects");
      }
    }
    write(LogEntries.modeKey(subject), LogEntries.modeValue(mode));
  }

  synchronized Mode deleteMode(String subject) {
    Mode mode =
        state.mode(Optional.of(subject)).orElseThrow(() -> RegistryError.subjectNotFound(subject));
    erase(LogEntries.modeKey(Optional.of(subject)));
    return mode;
  }

  @Override
  public void close() {
    log.close();
  }

  private StoredSchema store(StoredSchema schema) {
    write(LogEntries.schemaKey(schema.subject(), schema.version()), LogEntries.schemaValue(schema));
    return version(schema.subject(), Integer.toString(schema.version()), true);
  }

  private void write(String key, String value) {
    long timestamp = log.append(key, Optional.of(value));
    LogEntries.read(key, Optional.of(value), timestamp, state);
  }

  private void erase(String key) {
    long timestamp = log.append(key, Optional.empty());
    LogEntries.read(key, Optional.empty(), timestamp, state);
  }

  private List<StoredSchema> live(String subject) {
    return state.versions(subject).stream().filter(schema -> !schema.deleted()).toList();
  }

  private List<StoredSchema> existing(String subject, boolean deleted) {
    List<StoredSchema> versions = deleted ? state.versions(subject) : live(subject);
    if (versions.isEmpty()) {
      throw RegistryError.subjectNotFound(subject);
    }
    return versions;
  }

  private int highestVersion(String subject) {
    return state.versions(subject).stream().mapToInt(StoredSchema::version).max().orElse(0);
  }

  private boolean isLatest(StoredSchema schema, boolean deleted) {
    List<StoredSchema> versions = existing(schema.subject(), deleted);
    return versions.get(versions.size() - 1).version() == schema.version();
  }

  private List<StoredSchema> referencing(StoredSchema referenced) {
    return state.all().stream()
        .filter(schema -> !schema.deleted())
        .filter(
            schema ->
                schema.references().stream()
                    .anyMatch(
                        reference ->
                            reference.subject().equals(referenced.subject())
                                && reference.version() == referenced.version()))
        .toList();
  }

  private void refuseReferenced(StoredSchema schema) {
    if (!referencing(schema).isEmpty()) {
      throw RegistryError.referenced(schema);
    }
  }

  private static void refuseReadOnly(String subject, Mode mode) {
    if (mode == Mode.READONLY || mode == Mode.READONLY_OVERRIDE) {
      throw RegistryError.operationNotPermitted(
          "Subject %s in context  is in read-only mode".formatted(subject));
    }
  }

  /**
   * Avro schemas are judged by Avro's rules. Schemas of the other types are taken as they come, but
   * never in a subject of another type.
   */
  private List<String> problems(String subject, ParsedSchema schema, List<StoredSchema> earlier) {
    CompatibilityLevel level = state.effectiveLevel(subject);
    Optional<StoredSchema> other =
        earlier.stream()
            .filter(old -> level != CompatibilityLevel.NONE && !old.type().equals(schema.type()))
            .findFirst();
    if (other.isPresent()) {
      return List.of(
          "Incompatible because of different schema type",
          "{oldSchemaVersion: %d}".formatted(other.get().version()),
          "{oldSchema: '%s'}".formatted(other.get().text()),
          "{compatibility: '%s'}".formatted(level));
    }
    return schema
        .avro()
        .map(
            avro ->
                Compatibility.problems(
                    level,
                    avro,
                    earlier.stream().filter(StoredSchema::isAvro).toList(),
                    this::parseStored))
        .orElse(List.of());
  }

  private Schema parseStored(StoredSchema schema) {
    return parser(schema.references(), false).parse(schema.text());
  }

  private ParsedSchema parse(String subject, SchemaRequest request, boolean isNew) {
    if (!List.of(SchemaRequest.AVRO, "JSON", "PROTOBUF").contains(request.type())) {
      throw RegistryError.invalidSchema("Invalid schema type " + request.type());
    }
    if (request.text().isBlank()) {
      throw RegistryError.invalidSchema("Empty schema");
    }
    if (!request.type().equals(SchemaRequest.AVRO)) {
      return new ParsedSchema(
          request.type(), Optional.empty(), request.text(), request.references());
    }
    try {
      Schema.Parser parser = parser(request.references(), isNew);
      Collection<Schema> referenced = List.copyOf(parser.getTypes().values());
      Schema schema = parser.parse(request.text());
      return new ParsedSchema(
          request.type(), Optional.of(schema), text(schema, referenced), request.references());
    } catch (AvroRuntimeException e) {
      throw RegistryError.invalidSchema(
          "Invalid schema of type AVRO, details: Invalid schema {subject=%s,version=null,id=null,guid=%s,schemaType=AVRO,references=%s,metadata=null,ruleSet=null,schema=%s,schemaTags=null,ts=null,deleted=null} with refs %s of type AVRO, details: %s"
              .formatted(
                  subject,
                  StoredSchema.guid(request.text(), request.references()),
                  request.references(),
                  request.text(),
                  request.references(),
                  e.getMessage()));
    }
  }

  /** Names the types of other subjects instead of repeating them. */
  @SuppressWarnings("deprecation") // The only way Avro offers to write a schema with references.
  private static String text(Schema schema, Collection<Schema> referenced) {
    return referenced.isEmpty() ? schema.toString() : schema.toString(referenced, false);
  }

  private Schema.Parser parser(List<Reference> references, boolean isNew) {
    Schema.Parser parser = new Schema.Parser();
    parser.setValidateDefaults(isNew);
    addReferences(references, parser, new HashSet<>());
    return parser;
  }

  private void addReferences(
      List<Reference> references, Schema.Parser parser, Set<Reference> added) {
    List<Reference> missing = new ArrayList<>(references);
    missing.removeIf(reference -> !added.add(reference));
    for (Reference reference : missing) {
      StoredSchema schema;
      try {
        schema =
            version(
                reference.subject(),
                reference.version() < 0 ? "latest" : Integer.toString(reference.version()),
                true);
      } catch (RegistryError e) {
        throw RegistryError.invalidSchema(
            "Invalid schema of type AVRO, details: No schema reference found for subject \"%s\" and version %d"
                .formatted(reference.subject(), reference.version()));
      }
      addReferences(schema.references(), parser, added);
      if (!parser.getTypes().containsKey(reference.name())) {
        parser.parse(schema.text());
      }
    }
  }
}
