// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Entry point: asks a schema registry (Confluent's REST API) for Avro schemas and tells it new
 * ones; schemas of the other types pass as text.
 *
 * <p>Thread-safe. What can never change (a schema's text by id, the id of a schema under a subject)
 * is asked once; latest versions are asked every time. Throws {@link SchemaRegistryException} where
 * the registry refuses and {@link SchemaRegistryUnavailableException} where, after the configured
 * retries, none answers.
 */
public final class SchemaRegistryClient {
  private static final int SUBJECT_NOT_FOUND = 40401;
  private static final int VERSION_NOT_FOUND = 40402;
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final int NO_SUBJECT_COMPATIBILITY = 40408;

  private final RegistryHttp http;
  private final boolean normalize;
  private final Map<Integer, Schema> schemasById = new ConcurrentHashMap<>();
  private final Map<Integer, SchemaText> textsById = new ConcurrentHashMap<>();
  private final Map<String, Map<Schema, Integer>> idsBySubject = new ConcurrentHashMap<>();

  /** Takes Confluent's keys, such as {@code schema.registry.url}; ignores ones it does not know. */
  public SchemaRegistryClient(Map<String, ?> config) {
    RegistryConfig parsed = RegistryConfig.from(config);
    this.http = new RegistryHttp(parsed);
    this.normalize = parsed.normalize();
  }

  /** A client of the registry at this address, or of the first that answers of several. */
  public static SchemaRegistryClient at(String urls) {
    return new SchemaRegistryClient(Map.of(RegistryConfig.URL, urls));
  }

  /** The registry's addresses, for messages. */
  public String addresses() {
    return http.addresses();
  }

  /** Registers the schema where it is new to the subject, and returns its id. */
  public int register(String subject, Schema schema) {
    return cachedId(
        subject,
        schema,
        registered ->
            http.post(
                    "/subjects/%s/versions%s"
                        .formatted(encode(subject), normalize ? "?normalize=true" : ""),
                    registered)
                .get("id")
                .asInt());
  }

  /**
   * The id that this schema has under the subject; refused with 40401 or 40403 where it has none.
   */
  public int idOf(String subject, Schema schema) {
    return cachedId(
        subject, schema, asked -> http.post(lookupPath(subject), asked).get("id").asInt());
  }

  /** This schema as a version of the subject, if it is one. */
  public Optional<RegisteredSchema> find(String subject, Schema schema) {
    return ifFound(() -> registered(http.post(lookupPath(subject), body(schema))));
  }

  public Schema schemaById(int id) {
    Schema known = schemasById.get(id);
    if (known != null) {
      return known;
    }
    Schema schema = parse(http.get("/schemas/ids/" + id), "schema id " + id);
    schemasById.putIfAbsent(id, schema);
    return schema;
  }

  public Optional<RegisteredSchema> latest(String subject) {
    return ifFound(
        () -> registered(http.get("/subjects/%s/versions/latest".formatted(encode(subject)))));
  }

  /** A schema of any type. */
  public SchemaText textById(int id) {
    SchemaText known = textsById.get(id);
    if (known != null) {
      return known;
    }
    SchemaText text = text(id, http.get("/schemas/ids/" + id), "schema id " + id);
    textsById.putIfAbsent(id, text);
    return text;
  }

  /** The newest version of a subject, of any type. */
  public Optional<SchemaText> latestText(String subject) {
    return ifFound(
        () -> {
          JsonNode answer = http.get("/subjects/%s/versions/latest".formatted(encode(subject)));
          return text(answer.get("id").asInt(), answer, "subject '%s'".formatted(subject));
        });
  }

  /** Registers a schema of another type than AVRO where it is new, and returns its id. */
  public int register(String subject, String type, String schema) {
    ObjectNode body =
        JsonNodeFactory.instance.objectNode().put("schemaType", type).put("schema", schema);
    return http.post("/subjects/%s/versions".formatted(encode(subject)), body).get("id").asInt();
  }

  public Optional<RegisteredSchema> version(String subject, int version) {
    return ifFound(
        () -> registered(http.get("/subjects/%s/versions/%d".formatted(encode(subject), version))));
  }

  public List<String> subjects() {
    List<String> subjects = new ArrayList<>();
    http.get("/subjects").forEach(subject -> subjects.add(subject.asText()));
    return subjects;
  }

  /** The subject's versions, oldest first; none where there is no such subject. */
  public List<Integer> versions(String subject) {
    return ifFound(() -> numbers(http.get("/subjects/%s/versions".formatted(encode(subject)))))
        .orElse(List.of());
  }

  /** Judges the schema by the subject's level, against the versions that level asks for. */
  public CompatibilityResult checkCompatibility(String subject, Schema schema) {
    JsonNode answer =
        http.post(
            "/compatibility/subjects/%s/versions?verbose=true".formatted(encode(subject)),
            body(schema));
    List<String> messages = new ArrayList<>();
    answer.path("messages").forEach(message -> messages.add(message.asText()));
    return new CompatibilityResult(answer.get("is_compatible").asBoolean(), messages);
  }

  /** The subject's own level, if it has one. */
  public Optional<CompatibilityLevel> compatibility(String subject) {
    return ifFound(
        () -> level(http.get("/config/" + encode(subject)).get("compatibilityLevel").asText()));
  }

  /** The level of subjects that have none of their own. */
  public CompatibilityLevel globalCompatibility() {
    return level(http.get("/config").get("compatibilityLevel").asText());
  }

  public void setCompatibility(String subject, CompatibilityLevel level) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("compatibility", level.name());
    http.put("/config/" + encode(subject), body);
  }

  /**
   * Deletes the subject and returns the versions it had: softly, so that its ids still resolve, or
   * for good, which needs a soft deletion before.
   */
  public List<Integer> deleteSubject(String subject, boolean permanently) {
    idsBySubject.remove(subject);
    return numbers(
        http.delete(
            "/subjects/%s%s".formatted(encode(subject), permanently ? "?permanent=true" : "")));
  }

  private int cachedId(String subject, Schema schema, IdRequest request) {
    Map<Schema, Integer> ids =
        idsBySubject.computeIfAbsent(subject, s -> new ConcurrentHashMap<>());
    Integer known = ids.get(schema);
    if (known != null) {
      return known;
    }
    int id = request.ask(body(schema));
    ids.put(schema, id);
    return id;
  }

  private static String lookupPath(String subject) {
    return "/subjects/" + encode(subject);
  }

  /** Registers what was written by hand: what code generation adds to a schema stays here. */
  private static ObjectNode body(Schema schema) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("schema", JavaProperties.removedFrom(schema).toString());
  }

  private RegisteredSchema registered(JsonNode answer) {
    String subject = answer.get("subject").asText();
    int version = answer.get("version").asInt();
    int id = answer.get("id").asInt();
    Schema schema =
        answer.has("schema")
            ? parse(answer, "subject '%s', version %d".formatted(subject, version))
            : schemaById(id);
    return new RegisteredSchema(subject, version, id, schema);
  }

  private SchemaText text(int id, JsonNode answer, String what) {
    String type = answer.path("schemaType").asText("AVRO");
    if (type.equals("AVRO")) {
      return new SchemaText(id, type, parse(answer, what).toString(), List.of());
    }
    List<String> references = new ArrayList<>();
    addReferences(answer, references, new HashSet<>());
    return new SchemaText(id, type, answer.get("schema").asText(), references);
  }

  private void addReferences(JsonNode answer, List<String> texts, Set<String> added) {
    for (JsonNode reference : answer.path("references")) {
      if (added.add(reference.get("name").asText())) {
        JsonNode referenced = referenced(reference);
        addReferences(referenced, texts, added);
        texts.add(referenced.get("schema").asText());
      }
    }
  }

  private JsonNode referenced(JsonNode reference) {
    return http.get(
        "/subjects/%s/versions/%d"
            .formatted(
                encode(reference.get("subject").asText()), reference.get("version").asInt()));
  }

  private Schema parse(JsonNode answer, String what) {
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new SchemaRegistryException(
          "%s at %s is of type %s, not AVRO".formatted(what, addresses(), type), 200, 200);
    }
    Schema.Parser parser = new Schema.Parser();
    addReferences(answer, parser, new HashSet<>());
    try {
      return parser.parse(answer.get("schema").asText());
    } catch (AvroRuntimeException e) {
      throw new SchemaRegistryException(
          "%s at %s is not a schema that Avro can read: %s"
              .formatted(what, addresses(), e.getMessage()),
          200,
          200);
    }
  }

  private void addReferences(JsonNode answer, Schema.Parser parser, Set<String> added) {
    for (JsonNode reference : answer.path("references")) {
      if (!added.add(reference.get("name").asText())) {
        continue;
      }
      JsonNode referenced = referenced(reference);
      addReferences(referenced, parser, added);
      if (!parser.getTypes().containsKey(reference.get("name").asText())) {
        parser.parse(referenced.get("schema").asText());
      }
    }
  }

  private static <T> Optional<T> ifFound(Request<T> request) {
    try {
      return Optional.of(request.send());
    } catch (SchemaRegistryException e) {
      if (Set.of(SUBJECT_NOT_FOUND, VERSION_NOT_FOUND, SCHEMA_NOT_FOUND, NO_SUBJECT_COMPATIBILITY)
          .contains(e.errorCode())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static CompatibilityLevel level(String name) {
    return CompatibilityLevel.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static List<Integer> numbers(JsonNode array) {
    List<Integer> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asInt()));
    return numbers;
  }

  private static String encode(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @FunctionalInterface
  private interface Request<T> {
    T send();
  }

  @FunctionalInterface
  private interface IdRequest {
    int ask(ObjectNode body);
  }
}
