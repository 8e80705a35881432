// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.functions.FunctionCatalog.FunctionDescription;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ParameterDescription;
import io.lastfive.ksqlengine.functions.FunctionCatalog.VariantDescription;

/** LIST FUNCTIONS and DESCRIBE FUNCTION. */
final class FunctionDescriptions {
  private final FunctionCatalog functions;

  FunctionDescriptions(FunctionCatalog functions) {
    this.functions = functions;
  }

  ObjectNode list(String text) {
    ObjectNode entity = StatementRunner.entity("function_names", text);
    ArrayNode listed = entity.putArray("functions");
    for (FunctionDescription function : functions.describe()) {
      listed
          .addObject()
          .put("name", function.name())
          .put("type", function.kind().name())
          .put("category", function.category());
    }
    return entity;
  }

  ObjectNode describe(String text, String name) {
    FunctionDescription function =
        functions.describe().stream()
            .filter(described -> described.name().equalsIgnoreCase(name))
            .findFirst()
            .orElseThrow(
                () -> new KsqlException("Can't find any functions with the name '" + name + "'"));
    ObjectNode entity = StatementRunner.entity("describe_function", text);
    entity.put("name", function.name());
    entity.put("description", function.description());
    entity.put("author", function.author());
    entity.put("version", function.version());
    entity.put("path", "internal");
    ArrayNode variants = entity.putArray("functions");
    function.variants().forEach(variant -> variants.add(variant(variant)));
    entity.put("type", function.kind().name());
    return entity;
  }

  private static ObjectNode variant(VariantDescription variant) {
    ObjectNode json = Json.object();
    ArrayNode arguments = json.putArray("arguments");
    for (ParameterDescription parameter : variant.parameters()) {
      arguments
          .addObject()
          .put("name", parameter.name())
          .put("type", parameter.type())
          .put("description", parameter.description())
          .put("isVariadic", parameter.variadic());
    }
    json.put("returnType", variant.returnType());
    json.put("description", variant.description());
    ArrayNode types = json.putArray("argumentTypes");
    variant.parameters().forEach(parameter -> types.add(parameter.type()));
    return json;
  }
}
