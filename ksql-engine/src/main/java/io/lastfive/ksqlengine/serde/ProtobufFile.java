// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.serde.ProtobufDeclarations.FieldDeclaration;
import io.lastfive.ksqlengine.serde.ProtobufDeclarations.MessageDeclaration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A Protobuf schema's messages, with all names resolved. */
final class ProtobufFile {
  private static final int DEFAULT_PRECISION = 64;
  private static final Map<String, ProtobufType> WELL_KNOWN =
      Map.ofEntries(
          Map.entry("google.protobuf.Timestamp", new ProtobufType.Timestamp()),
          Map.entry("google.type.Date", new ProtobufType.Date()),
          Map.entry("google.type.TimeOfDay", new ProtobufType.TimeOfDay()),
          wrapper("Double", ProtobufScalar.DOUBLE),
          wrapper("Float", ProtobufScalar.FLOAT),
          wrapper("Int64", ProtobufScalar.INT64),
          wrapper("UInt64", ProtobufScalar.UINT64),
          wrapper("Int32", ProtobufScalar.INT32),
          wrapper("UInt32", ProtobufScalar.UINT32),
          wrapper("Bool", ProtobufScalar.BOOL),
          wrapper("String", ProtobufScalar.STRING),
          wrapper("Bytes", ProtobufScalar.BYTES));
  private static final String DECIMAL = "confluent.type.Decimal";

  private final Map<String, ProtobufMessage> messages = new LinkedHashMap<>();
  private final Map<String, Map<Integer, String>> enumerations = new LinkedHashMap<>();
  private final List<ProtobufMessage> own = new ArrayList<>();

  private ProtobufFile() {}

  private static Map.Entry<String, ProtobufType> wrapper(String name, ProtobufScalar scalar) {
    return Map.entry("google.protobuf." + name + "Value", new ProtobufType.Wrapper(scalar));
  }

  /**
   * @param imported the texts of the schemas it imports, the well-known ones aside
   * @throws KsqlException where the text is no schema, or names a type that is nowhere declared
   */
  static ProtobufFile parse(String schema, List<String> imported) {
    ProtobufFile file = new ProtobufFile();
    List<ProtobufDeclarations> all = new ArrayList<>();
    all.add(ProtobufDeclarations.parse(schema));
    imported.forEach(text -> all.add(ProtobufDeclarations.parse(text)));
    for (ProtobufDeclarations declarations : all) {
      file.enumerations.putAll(declarations.enumerations());
      for (MessageDeclaration message : declarations.messages()) {
        file.messages.put(
            message.fullName(), new ProtobufMessage(message.fullName(), message.path()));
      }
    }
    all.forEach(
        declarations ->
            declarations.messages().forEach(m -> file.fill(m, declarations.isProto3())));
    all.get(0).messages().forEach(m -> file.own.add(file.declared(m)));
    if (file.own.isEmpty()) {
      throw new KsqlException("The Protobuf schema has no message.");
    }
    return file;
  }

  /** The first message, which is the schema's where nothing else is said. */
  ProtobufMessage first() {
    return own.get(0);
  }

  /** By full name, or by the name without package. */
  Optional<ProtobufMessage> message(String name) {
    return own.stream()
        .filter(message -> message.fullName().equals(name))
        .findFirst()
        .or(() -> own.stream().filter(message -> message.name().equals(name)).findFirst());
  }

  /** By the indexes that stand before a record. */
  Optional<ProtobufMessage> message(List<Integer> path) {
    return own.stream().filter(message -> message.path().equals(path)).findFirst();
  }

  private ProtobufMessage declared(MessageDeclaration declaration) {
    return Objects.requireNonNull(messages.get(declaration.fullName()));
  }

  private void fill(MessageDeclaration declaration, boolean proto3) {
    ProtobufMessage message = declared(declaration);
    Set<String> oneOfs = new LinkedHashSet<>(declaration.oneOfs());
    int index = 0;
    for (String oneOf : oneOfs) {
      List<ProtobufMessage.Field> fields = new ArrayList<>();
      for (FieldDeclaration field : declaration.fields()) {
        if (field.oneOf().equals(Optional.of(oneOf))) {
          fields.add(field(field, declaration.fullName(), true));
        }
      }
      message.add(new ProtobufMessage.OneOf(oneOf + "_" + index++, fields));
    }
    for (FieldDeclaration field : declaration.fields()) {
      if (field.oneOf().isEmpty()) {
        message.add(
            field(field, declaration.fullName(), !proto3 || field.label().equals("optional")));
      }
    }
  }

  private ProtobufMessage.Field field(FieldDeclaration field, String scope, boolean presence) {
    ProtobufType type = resolve(field.type(), scope, field.parameters());
    if (field.mapKey().isPresent()) {
      type = new ProtobufType.MapOf(resolve(field.mapKey().get(), scope, Map.of()), type);
    }
    return new ProtobufMessage.Field(
        field.name(), field.number(), type, field.label().equals("repeated"), presence);
  }

  /** From the innermost scope outwards, as Protobuf looks names up. */
  private ProtobufType resolve(String name, String scope, Map<String, String> parameters) {
    Optional<ProtobufScalar> scalar = ProtobufScalar.of(name);
    if (scalar.isPresent()) {
      return new ProtobufType.Scalar(scalar.get());
    }
    String bare = name.startsWith(".") ? name.substring(1) : name;
    String around = name.startsWith(".") ? "" : scope;
    while (true) {
      Optional<ProtobufType> found =
          named(around.isEmpty() ? bare : around + "." + bare, parameters);
      if (found.isPresent()) {
        return found.get();
      }
      if (around.isEmpty()) {
        throw new KsqlException("The Protobuf schema does not declare the type '" + name + "'.");
      }
      around = around.contains(".") ? around.substring(0, around.lastIndexOf('.')) : "";
    }
  }

  private Optional<ProtobufType> named(String fullName, Map<String, String> parameters) {
    if (messages.containsKey(fullName)) {
      return Optional.of(new ProtobufType.Message(messages.get(fullName)));
    }
    if (enumerations.containsKey(fullName)) {
      return Optional.of(new ProtobufType.Enumeration(enumerations.get(fullName)));
    }
    if (fullName.equals(DECIMAL)) {
      return Optional.of(
          new ProtobufType.Decimal(
              number(parameters, "precision", DEFAULT_PRECISION), number(parameters, "scale", 0)));
    }
    return Optional.ofNullable(WELL_KNOWN.get(fullName));
  }

  private static int number(Map<String, String> parameters, String name, int otherwise) {
    try {
      return Integer.parseInt(parameters.getOrDefault(name, String.valueOf(otherwise)));
    } catch (NumberFormatException e) {
      throw new KsqlException(
          "The Protobuf schema has a Decimal whose " + name + " is no number.", e);
    }
  }
}
