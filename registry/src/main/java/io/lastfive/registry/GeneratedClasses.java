// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Conversion;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificFixed;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Finds the generated classes of schemas.
 *
 * <p>Avro itself loads only classes in packages that a system property names, lest a schema from
 * elsewhere makes it load any class. Here a class counts only where it is one that Avro generates,
 * so no such property is needed.
 */
final class GeneratedClasses extends SpecificData {
  private final Map<String, Optional<Class<?>>> found = new ConcurrentHashMap<>();

  private GeneratedClasses(ClassLoader loader, SpecificData model) {
    super(loader);
    for (Conversion<?> conversion : model.getConversions()) {
      addLogicalTypeConversion(conversion);
    }
  }

  /** The model of one generated class: its class loader, its conversions of logical types. */
  static GeneratedClasses beside(Class<?> generated) {
    return new GeneratedClasses(generated.getClassLoader(), SpecificData.getForClass(generated));
  }

  @Override
  @SuppressWarnings("rawtypes") // As Avro declares it.
  public @Nullable Class getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED ->
          found
              .computeIfAbsent(getClassName(schema), name -> find(name, getClassLoader()))
              .orElse(null);
      case ARRAY, MAP, UNION, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL ->
          super.getClass(schema);
    };
  }

  /** The class of this name, where it is one that Avro generates. */
  static Optional<Class<?>> find(String name, ClassLoader loader) {
    try {
      Class<?> found = Class.forName(name, false, loader);
      boolean isGenerated =
          SpecificRecord.class.isAssignableFrom(found)
              || SpecificFixed.class.isAssignableFrom(found)
              || GenericEnumSymbol.class.isAssignableFrom(found);
      return isGenerated ? Optional.of(found) : Optional.empty();
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }
}
