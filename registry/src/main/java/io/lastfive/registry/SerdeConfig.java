// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/** What the serializer and the deserializer read from the client's configuration. */
record SerdeConfig(
    boolean autoRegister,
    boolean useLatestVersion,
    boolean convertLogicalTypes,
    boolean specificReader,
    Optional<String> specificType,
    SubjectNameStrategy subjectNames) {

  static SerdeConfig from(Map<String, ?> config, boolean isKey) {
    RegistryConfig.Keys keys = new RegistryConfig.Keys(config);
    if (keys.flag("schema.reflection", false)) {
      throw new ConfigException(
          "'schema.reflection' is not supported. Give generated (specific) or generic Avro records.");
    }
    String strategyKey = (isKey ? "key" : "value") + ".subject.name.strategy";
    return new SerdeConfig(
        keys.flag("auto.register.schemas", true),
        keys.flag("use.latest.version", false),
        keys.flag("avro.use.logical.type.converters", false),
        keys.flag("specific.avro.reader", false),
        keys.text(isKey ? "specific.avro.key.type" : "specific.avro.value.type"),
        SubjectNameStrategy.named(strategyKey, keys.text(strategyKey).orElse("TopicNameStrategy")));
  }
}
