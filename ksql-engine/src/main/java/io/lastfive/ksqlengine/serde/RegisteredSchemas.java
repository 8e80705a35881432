// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.RegisteredSchema;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.types.Column;
import io.lastfive.registry.SchemaRegistryException;
import java.util.List;
import java.util.Optional;

/** What statements and queries ask of the schema registry: columns of a topic, and its schema. */
public final class RegisteredSchemas {
  private RegisteredSchemas() {}

  /** Confluent's TopicNameStrategy. */
  public static String subject(String topic, boolean isKey) {
    return topic + (isKey ? "-key" : "-value");
  }

  /**
   * The full name of the Avro record of a multi-column key: {@code
   * io.confluent.ksql.avro_schemas.PaymentOutputKey} for PAYMENT_OUTPUT.
   */
  public static String avroKeyName(String sourceName) {
    StringBuilder name = new StringBuilder();
    boolean upper = true;
    for (int i = 0; i < sourceName.length(); i++) {
      char c = sourceName.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        name.append(upper ? Character.toUpperCase(c) : Character.toLowerCase(c));
        upper = false;
      }
    }
    return AvroSchemas.DEFAULT_NAMESPACE + "." + name + "Key";
  }

  /**
   * The columns that the registered schema of a topic's keys or values gives: the latest one of the
   * subject, or the one named by its id.
   *
   * @throws KsqlException with ksqlDB's words where there is none, or none that fits
   */
  public static List<Column> inferColumns(
      String topic, FormatSpec spec, boolean isKey, SchemaStore registry) {
    if (!(Formats.of(spec) instanceof RegistryFormat format)) {
      throw new KsqlException(
          (isKey ? "KEY" : "VALUE")
              + "_FORMAT should support schema inference when "
              + (isKey ? "KEY" : "VALUE")
              + "_SCHEMA_ID is provided. Current format is "
              + spec.name()
              + ".");
    }
    Optional<Integer> id = schemaId(spec);
    String subject = subject(topic, isKey);
    RegisteredSchema schema =
        id.isPresent()
            ? registry.byId(id.get()).orElseThrow(() -> missing(topic, subject, id, isKey))
            : registry.latest(subject).orElseThrow(() -> missing(topic, subject, id, isKey));
    try {
      return format.toColumns(schema, spec, isKey);
    } catch (KsqlException e) {
      throw new KsqlException(
          "Unable to verify if the "
              + (isKey ? "key" : "value")
              + " schema for topic: "
              + topic
              + " is compatible with ksqlDB.\nReason: "
              + e.getMessage()
              + "\n\nPlease see https://github.com/confluentinc/ksql/issues/ to see if this"
              + " particular reason is already known.\nIf not, log a new issue, including this full"
              + " error message.\nSchema:"
              + schema.text(),
          e);
    }
  }

  static Optional<Integer> schemaId(FormatSpec spec) {
    return Optional.ofNullable(spec.properties().get(FormatSpec.SCHEMA_ID)).map(Integer::valueOf);
  }

  /**
   * Registers the schema of a source that is being created, where its subject is still empty: a
   * schema that someone registered before stays as it is.
   */
  public static void registerIfAbsent(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    if (Formats.of(spec) instanceof RegistryFormat format
        && !(isKey && columns.isEmpty())
        && schemaId(spec).isEmpty()
        && registry.latest(subject(topic, isKey)).isEmpty()) {
      register(format, columns, spec, isKey, topic, registry);
    }
  }

  /**
   * Registers the schema of a query's sink, as a new version where the subject has another one. May
   * run twice.
   */
  public static void registerForQuery(
      List<Column> columns, FormatSpec spec, boolean isKey, String topic, SchemaStore registry) {
    if (Formats.of(spec) instanceof RegistryFormat format && !(isKey && columns.isEmpty())) {
      forWriting(format, columns, spec, isKey, topic, registry);
    }
  }

  /** The schema that records are written by: the one named by its id, or the columns' own. */
  static RegisteredSchema forWriting(
      RegistryFormat format,
      List<Column> columns,
      FormatSpec spec,
      boolean isKey,
      String topic,
      SchemaStore registry) {
    Optional<Integer> id = schemaId(spec);
    if (id.isPresent()) {
      return registry
          .byId(id.get())
          .orElseThrow(() -> missing(topic, subject(topic, isKey), id, isKey));
    }
    return register(format, columns, spec, isKey, topic, registry);
  }

  private static RegisteredSchema register(
      RegistryFormat format,
      List<Column> columns,
      FormatSpec spec,
      boolean isKey,
      String topic,
      SchemaStore registry) {
    String text = format.toSchema(columns, spec, isKey);
    try {
      int id = registry.register(subject(topic, isKey), format.schemaType(), text);
      return new RegisteredSchema(id, format.schemaType(), text);
    } catch (SchemaRegistryException e) {
      throw new KsqlException(
          "Could not register schema for topic: "
              + e.getMessage()
              + "\nSubject: "
              + subject(topic, isKey)
              + "\nIf the subject's schema is the one to write, you probably forgot to add "
              + (isKey ? "KEY" : "VALUE")
              + "_SCHEMA_ID.",
          e);
    }
  }

  private static KsqlException missing(
      String topic, String subject, Optional<Integer> id, boolean isKey) {
    String part = isKey ? "keys" : "values";
    return new KsqlException(
        "Schema for message "
            + part
            + " on topic '"
            + topic
            + "'"
            + id.map(i -> " with id '" + i + "'").orElse("")
            + " does not exist in the Schema Registry.\nSubject: "
            + subject
            + "\nPossible causes include:\n- The topic itself does not exist\n\t-> Use SHOW TOPICS;"
            + " to check\n- Messages on the topic are not serialized using a format Schema Registry"
            + " supports\n\t-> Use PRINT '"
            + topic
            + "' FROM BEGINNING; to verify\n- Messages on the topic have not been serialized using"
            + " a Confluent Schema Registry supported serializer\n\t-> See"
            + " https://docs.confluent.io/current/schema-registry/docs/serializer-formatter.html\n-"
            + " The schema is registered on a different instance of the Schema Registry\n\t-> Use"
            + " the REST API to list available subjects\thttps://docs.confluent.io/current/"
            + "schema-registry/docs/api.html#get--subjects\n- You do not have permissions to access"
            + " the Schema Registry.\n\t-> See"
            + " https://docs.confluent.io/current/schema-registry/docs/security.html");
  }
}
