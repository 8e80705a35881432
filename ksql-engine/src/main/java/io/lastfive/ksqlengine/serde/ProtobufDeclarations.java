// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a Protobuf schema's text declares, the names of types not yet resolved: messages and
 * enumerations by their full names. Other statements are passed over.
 */
final class ProtobufDeclarations {

  /**
   * @param label {@code repeated}, {@code optional}, {@code required} or nothing
   * @param mapKey the type of a map's keys; the other type is that of its values
   */
  record FieldDeclaration(
      String name,
      int number,
      String type,
      String label,
      Optional<String> mapKey,
      Optional<String> oneOf,
      Map<String, String> parameters) {}

  record MessageDeclaration(
      String fullName, List<Integer> path, List<FieldDeclaration> fields, List<String> oneOfs) {}

  private final ProtobufTokens tokens;
  private final Map<String, MessageDeclaration> messages;
  private final Map<String, Map<Integer, String>> enumerations = new HashMap<>();
  private final List<String> imports = new ArrayList<>();
  private boolean proto3;
  private String packageName = "";
  private int topLevel;

  private ProtobufDeclarations(String schema) {
    this.tokens = new ProtobufTokens(schema);
    this.messages = new LinkedHashMap<>();
  }

  static ProtobufDeclarations parse(String schema) {
    ProtobufDeclarations file = new ProtobufDeclarations(schema);
    while (file.tokens.hasMore()) {
      file.statement();
    }
    return file;
  }

  /** In the order of the text, a message before those nested in it. */
  List<MessageDeclaration> messages() {
    return List.copyOf(messages.values());
  }

  Map<String, Map<Integer, String>> enumerations() {
    return enumerations;
  }

  List<String> imports() {
    return imports;
  }

  boolean isProto3() {
    return proto3;
  }

  private void statement() {
    String word = tokens.peek();
    switch (word) {
      case "syntax" -> {
        tokens.take();
        tokens.expect("=");
        proto3 = ProtobufTokens.unquoted(tokens.take()).equals("proto3");
        tokens.expect(";");
      }
      case "package" -> {
        tokens.take();
        packageName = tokens.take();
        tokens.expect(";");
      }
      case "import" -> {
        tokens.take();
        if (!tokens.takes("public")) {
          tokens.takes("weak");
        }
        imports.add(ProtobufTokens.unquoted(tokens.take()));
        tokens.expect(";");
      }
      case "message" -> message(packageName, List.of(topLevel++));
      case "enum" -> enumeration(packageName);
      case ";" -> tokens.take();
      default -> tokens.skipStatement();
    }
  }

  private static String within(String scope, String name) {
    return scope.isEmpty() ? name : scope + "." + name;
  }

  private void message(String scope, List<Integer> path) {
    tokens.expect("message");
    String fullName = within(scope, tokens.take());
    MessageDeclaration message =
        new MessageDeclaration(fullName, path, new ArrayList<>(), new ArrayList<>());
    messages.put(fullName, message);
    tokens.expect("{");
    int nested = 0;
    while (!tokens.takes("}")) {
      switch (tokens.peek()) {
        case "message" -> {
          List<Integer> inner = new ArrayList<>(path);
          inner.add(nested++);
          message(fullName, inner);
        }
        case "enum" -> enumeration(fullName);
        case "oneof" -> oneOf(message);
        case "option", "reserved", "extensions", "extend" -> tokens.skipStatement();
        case ";" -> tokens.take();
        default -> message.fields().add(field(Optional.empty()));
      }
    }
  }

  private void oneOf(MessageDeclaration message) {
    tokens.expect("oneof");
    String name = tokens.take();
    message.oneOfs().add(name);
    tokens.expect("{");
    while (!tokens.takes("}")) {
      if (tokens.peek().equals("option")) {
        tokens.skipStatement();
      } else {
        message.fields().add(field(Optional.of(name)));
      }
    }
  }

  private FieldDeclaration field(Optional<String> oneOf) {
    String label = "";
    if (List.of("repeated", "optional", "required").contains(tokens.peek())) {
      label = tokens.take();
    }
    String type = tokens.take();
    Optional<String> mapKey = Optional.empty();
    if (type.equals("map") && tokens.takes("<")) {
      mapKey = Optional.of(tokens.take());
      tokens.expect(",");
      type = tokens.take();
      tokens.expect(">");
    }
    String name = tokens.take();
    tokens.expect("=");
    int number = tokens.takeNumber();
    Map<String, String> parameters = tokens.takes("[") ? parameters() : Map.of();
    tokens.expect(";");
    return new FieldDeclaration(name, number, type, label, mapKey, oneOf, parameters);
  }

  /** Of a field's options those that Confluent's field_meta has: pairs of key and value. */
  private Map<String, String> parameters() {
    Map<String, String> parameters = new HashMap<>();
    String key = "";
    String value = "";
    for (int depth = 1; depth > 0; ) {
      String word = tokens.take();
      switch (word) {
        case "[" -> depth++;
        case "]" -> depth--;
        case "key" -> key = afterColon();
        case "value" -> value = afterColon();
        case "}" -> {
          parameters.put(key, value);
          key = "";
        }
        default -> {
          // other options say nothing of columns
        }
      }
    }
    parameters.remove("");
    return parameters;
  }

  private String afterColon() {
    tokens.takes(":");
    return ProtobufTokens.unquoted(tokens.take());
  }

  private void enumeration(String scope) {
    tokens.expect("enum");
    String fullName = within(scope, tokens.take());
    Map<Integer, String> names = new HashMap<>();
    tokens.expect("{");
    while (!tokens.takes("}")) {
      if (List.of("option", "reserved", ";").contains(tokens.peek())) {
        tokens.skipStatement();
        continue;
      }
      String name = tokens.take();
      tokens.expect("=");
      names.putIfAbsent(tokens.takeNumber(), name);
      while (!tokens.take().equals(";")) {
        // a value's options say nothing of columns
      }
    }
    enumerations.put(fullName, names);
  }
}
