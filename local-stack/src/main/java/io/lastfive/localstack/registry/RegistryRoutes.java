// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lastfive.registry.CompatibilityLevel;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Confluent's REST API: reads requests, calls {@link SchemaRegistry}, writes answers. */
final class RegistryRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryRoutes.class);
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int INTERNAL_ERROR = 50001;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SchemaRegistry registry;
  private final Vertx vertx;

  private RegistryRoutes(SchemaRegistry registry, Vertx vertx) {
    this.registry = registry;
    this.vertx = vertx;
  }

  static Router on(Vertx vertx, SchemaRegistry registry) {
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false).setBodyLimit(16 << 20));
    RegistryRoutes routes = new RegistryRoutes(registry, vertx);
    routes.addSubjects(router);
    routes.addSchemas(router);
    routes.addCompatibility(router);
    routes.addSettings(router);
    routes.add(router, HttpMethod.GET, "/", request -> JSON.createObjectNode());
    routes.add(router, HttpMethod.GET, "/contexts", request -> array(List.of(".")));
    router.errorHandler(404, context -> unknown(context, 404, "Not Found"));
    router.errorHandler(405, context -> unknown(context, 405, "Method Not Allowed"));
    return router;
  }

  private void addSubjects(Router router) {
    add(
        router,
        HttpMethod.GET,
        "/subjects",
        request ->
            array(
                request.page(
                    registry.subjects(
                        request.parameter("subjectPrefix").orElse(""),
                        request.flag("deleted"),
                        request.flag("deletedOnly")))));
    add(
        router,
        HttpMethod.POST,
        "/subjects/:subject",
        request ->
            lookedUp(
                registry.lookUp(request.subject(), request.schema(), request.flag("deleted"))));
    add(
        router,
        HttpMethod.DELETE,
        "/subjects/:subject",
        request -> array(registry.deleteSubject(request.subject(), request.flag("permanent"))));
    add(
        router,
        HttpMethod.GET,
        "/subjects/:subject/versions",
        request ->
            array(
                request.page(
                    registry.versions(
                        request.subject(), request.flag("deleted"), request.flag("deletedOnly")))));
    add(
        router,
        HttpMethod.POST,
        "/subjects/:subject/versions",
        request -> registered(registry.register(request.subject(), request.schema())));
    add(
        router,
        HttpMethod.GET,
        "/subjects/:subject/versions/:version",
        request -> version(request.storedVersion()));
    add(
        router,
        HttpMethod.DELETE,
        "/subjects/:subject/versions/:version",
        request ->
            JSON.getNodeFactory()
                .numberNode(
                    registry.deleteVersion(
                        request.subject(), request.version(), request.flag("permanent"))));
    addText(
        router,
        "/subjects/:subject/versions/:version/schema",
        request -> request.storedVersion().text());
    add(
        router,
        HttpMethod.GET,
        "/subjects/:subject/versions/:version/referencedby",
        request -> array(registry.referencedBy(request.subject(), request.version())));
  }

  private void addSchemas(Router router) {
    add(
        router,
        HttpMethod.GET,
        "/schemas",
        request ->
            array(
                request
                    .page(
                        registry.schemas(
                            request.parameter("subjectPrefix").orElse(""),
                            request.flag("deleted"),
                            request.flag("latestOnly")))
                    .stream()
                    .map(RegistryRoutes::version)
                    .toList()));
    add(
        router,
        HttpMethod.GET,
        "/schemas/types",
        request -> array(List.of("JSON", "PROTOBUF", "AVRO")));
    add(router, HttpMethod.GET, "/schemas/ids/:id", this::byId);
    addText(router, "/schemas/ids/:id/schema", request -> registry.schema(request.id()).text());
    add(
        router,
        HttpMethod.GET,
        "/schemas/guids/:guid",
        request -> byId(registry.schemaOf(request.guid())));
    add(
        router,
        HttpMethod.GET,
        "/schemas/ids/:id/subjects",
        request ->
            array(
                registry.versionsWithId(request.id(), request.flag("deleted")).stream()
                    .map(StoredSchema::subject)
                    .distinct()
                    .toList()));
    add(
        router,
        HttpMethod.GET,
        "/schemas/ids/:id/versions",
        request ->
            array(
                registry.versionsWithId(request.id(), request.flag("deleted")).stream()
                    .map(
                        schema ->
                            JSON.createObjectNode()
                                .put("subject", schema.subject())
                                .put("version", schema.version()))
                    .toList()));
  }

  private void addCompatibility(Router router) {
    add(
        router,
        HttpMethod.POST,
        "/compatibility/subjects/:subject/versions",
        request ->
            judged(
                registry.checkAgainstAll(request.subject(), request.schema()),
                request.flag("verbose")));
    add(
        router,
        HttpMethod.POST,
        "/compatibility/subjects/:subject/versions/:version",
        request ->
            judged(
                registry.checkAgainst(request.subject(), request.version(), request.schema()),
                request.flag("verbose")));
  }

  private void addSettings(Router router) {
    for (String path : List.of("/config", "/config/:subject")) {
      add(router, HttpMethod.GET, path, request -> level(request));
      add(
          router,
          HttpMethod.PUT,
          path,
          request -> {
            CompatibilityLevel level =
                request
                    .word("compatibility", CompatibilityLevel.values())
                    .orElseThrow(RegistryError::invalidCompatibility);
            registry.setLevel(request.optionalSubject(), level);
            return JSON.createObjectNode().put("compatibility", level.name());
          });
      add(
          router,
          HttpMethod.DELETE,
          path,
          request -> levelNode(registry.deleteLevel(request.optionalSubject())));
    }
    for (String path : List.of("/mode", "/mode/:subject")) {
      add(router, HttpMethod.GET, path, request -> mode(request));
      add(
          router,
          HttpMethod.PUT,
          path,
          request -> {
            Mode mode = request.word("mode", Mode.values()).orElseThrow(RegistryError::invalidMode);
            registry.setMode(request.optionalSubject(), mode, request.flag("force"));
            return modeNode(mode);
          });
    }
    add(
        router,
        HttpMethod.DELETE,
        "/mode/:subject",
        request -> modeNode(registry.deleteMode(request.subject())));
  }

  private JsonNode level(Request request) {
    Optional<CompatibilityLevel> level = registry.level(request.optionalSubject());
    if (level.isEmpty() && request.optionalSubject().isPresent()) {
      if (!request.flag("defaultToGlobal")) {
        throw RegistryError.noSubjectCompatibility(request.subject());
      }
      level = registry.level(Optional.empty());
    }
    return levelNode(level.orElse(CompatibilityLevel.BACKWARD));
  }

  private JsonNode mode(Request request) {
    Optional<Mode> mode = registry.mode(request.optionalSubject());
    if (mode.isEmpty() && request.optionalSubject().isPresent()) {
      if (!request.flag("defaultToGlobal")) {
        throw RegistryError.noSubjectMode(request.subject());
      }
      mode = registry.mode(Optional.empty());
    }
    return modeNode(mode.orElse(Mode.READWRITE));
  }

  private static JsonNode levelNode(CompatibilityLevel level) {
    return JSON.createObjectNode().put("compatibilityLevel", level.name());
  }

  private static JsonNode modeNode(Mode mode) {
    return JSON.createObjectNode().put("mode", mode.name());
  }

  private static JsonNode judged(List<String> problems, boolean verbose) {
    ObjectNode answer = JSON.createObjectNode().put("is_compatible", problems.isEmpty());
    if (verbose) {
      answer.set("messages", array(problems));
    }
    return answer;
  }

  private static JsonNode registered(StoredSchema schema) {
    ObjectNode answer =
        JSON.createObjectNode().put("id", schema.id()).put("version", schema.version());
    addContent(answer, schema);
    return answer;
  }

  private static JsonNode lookedUp(StoredSchema schema) {
    ObjectNode answer =
        JSON.createObjectNode()
            .put("subject", schema.subject())
            .put("version", schema.version())
            .put("id", schema.id());
    addContent(answer, schema);
    return answer;
  }

  private static JsonNode version(StoredSchema schema) {
    ObjectNode answer = (ObjectNode) lookedUp(schema);
    return answer.put("ts", schema.timestamp()).put("deleted", schema.deleted());
  }

  private JsonNode byId(Request request) {
    ObjectNode answer = byId(registry.schema(request.id()));
    return request.flag("fetchMaxId") ? answer.put("maxId", registry.maxId()) : answer;
  }

  private static ObjectNode byId(StoredSchema schema) {
    ObjectNode answer =
        JSON.createObjectNode()
            .put("subject", schema.subject())
            .put("version", schema.version())
            .put("guid", schema.guid().toString())
            .put("schemaType", schema.type())
            .put("schema", schema.text());
    addReferences(answer, schema);
    return answer.put("ts", schema.timestamp()).put("deleted", schema.deleted());
  }

  private static void addContent(ObjectNode answer, StoredSchema schema) {
    answer.put("guid", schema.guid().toString()).put("schemaType", schema.type());
    addReferences(answer, schema);
    answer.put("schema", schema.text());
  }

  private static void addReferences(ObjectNode answer, StoredSchema schema) {
    if (!schema.references().isEmpty()) {
      answer.set("references", LogEntries.references(schema.references()));
    }
  }

  private static ArrayNode array(Collection<?> values) {
    ArrayNode array = JSON.createArrayNode();
    for (Object value : values) {
      array.add(
          value instanceof JsonNode node
              ? node
              : value instanceof Integer number
                  ? JSON.getNodeFactory().numberNode(number)
                  : TextNode.valueOf(value.toString()));
    }
    return array;
  }

  private void add(
      Router router, HttpMethod method, String path, Function<Request, JsonNode> operation) {
    router
        .route(method, path)
        .handler(
            context ->
                vertx
                    .executeBlocking(() -> operation.apply(new Request(context)))
                    .onSuccess(answer -> send(context, 200, answer))
                    .onFailure(error -> refuse(context, error)));
  }

  /** A schema as the whole answer, in its own language. */
  private void addText(Router router, String path, Function<Request, String> operation) {
    router
        .get(path)
        .handler(
            context ->
                vertx
                    .executeBlocking(() -> operation.apply(new Request(context)))
                    .onSuccess(text -> send(context, 200, text))
                    .onFailure(error -> refuse(context, error)));
  }

  private static void refuse(RoutingContext context, Throwable error) {
    if (error instanceof RegistryError refusal) {
      send(
          context,
          refusal.status(),
          error(refusal.errorCode(), String.valueOf(refusal.getMessage())));
      return;
    }
    LOG.error(
        "A request failed method={} path={}",
        context.request().method(),
        context.request().path(),
        error);
    send(
        context,
        500,
        error(INTERNAL_ERROR, "Error in the registry's store: " + error.getMessage()));
  }

  private static void unknown(RoutingContext context, int status, String reason) {
    context
        .response()
        .setStatusCode(status)
        .end(Buffer.buffer(error(status, "HTTP %d %s".formatted(status, reason)).toString()));
  }

  private static ObjectNode error(int code, String message) {
    return JSON.createObjectNode().put("error_code", code).put("message", message);
  }

  private static void send(RoutingContext context, int status, JsonNode body) {
    send(context, status, body.toString());
  }

  private static void send(RoutingContext context, int status, String body) {
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", CONTENT_TYPE)
        .end(Buffer.buffer(body));
  }

  /** What a request says, read in the words of the API. */
  private final class Request {
    private final RoutingContext context;

    Request(RoutingContext context) {
      this.context = context;
    }

    String subject() {
      return context.pathParam("subject");
    }

    Optional<String> optionalSubject() {
      return Optional.ofNullable(context.pathParam("subject"));
    }

    String version() {
      return context.pathParam("version");
    }

    StoredSchema storedVersion() {
      return registry.version(subject(), version(), flag("deleted"));
    }

    int id() {
      try {
        return Integer.parseInt(context.pathParam("id"));
      } catch (NumberFormatException e) {
        throw RegistryError.badRequest(
            "'%s' is not a schema id. Give a whole number.".formatted(context.pathParam("id")));
      }
    }

    UUID guid() {
      try {
        return UUID.fromString(context.pathParam("guid"));
      } catch (IllegalArgumentException e) {
        throw RegistryError.badRequest(
            "'%s' is not a schema guid.".formatted(context.pathParam("guid")));
      }
    }

    /** The part of a list that {@code offset} and {@code limit} ask for; all where they do not. */
    <T> List<T> page(List<T> all) {
      int first = Math.min(all.size(), Math.max(0, number("offset", 0)));
      int limit = number("limit", -1);
      int last = limit < 0 ? all.size() : (int) Math.min(all.size(), (long) first + limit);
      return all.subList(first, last);
    }

    private int number(String name, int otherwise) {
      try {
        return parameter(name).map(Integer::parseInt).orElse(otherwise);
      } catch (NumberFormatException e) {
        throw RegistryError.badRequest("'%s' is not a whole number.".formatted(name));
      }
    }

    Optional<String> parameter(String name) {
      return context.queryParam(name).stream().findFirst();
    }

    boolean flag(String name) {
      return parameter(name).map(Boolean::parseBoolean).orElse(false);
    }

    SchemaRequest schema() {
      return SchemaRequest.of(body());
    }

    /** One of an enum's words from the body, whatever its case. */
    <E extends Enum<E>> Optional<E> word(String field, E[] words) {
      String given = body().path(field).asText().toUpperCase(Locale.ROOT);
      return Arrays.stream(words).filter(word -> word.name().equals(given)).findFirst();
    }

    private JsonNode body() {
      byte[] bytes =
          context.body().buffer() == null ? new byte[0] : context.body().buffer().getBytes();
      try {
        JsonNode body = JSON.readTree(bytes);
        if (!body.isObject()) {
          throw RegistryError.badRequest("The request's body is not a JSON object.");
        }
        return body;
      } catch (JsonProcessingException e) {
        throw RegistryError.badRequest(e.getOriginalMessage());
      } catch (IOException e) {
        throw new IllegalStateException("reading from memory failed", e);
      }
    }
  }
}
