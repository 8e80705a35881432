// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;

/** Which subject a record's schema belongs to. */
enum SubjectNameStrategy {
  TopicNameStrategy {
    @Override
    String subject(String topic, boolean isKey, Schema schema) {
      return topic + (isKey ? "-key" : "-value");
    }
  },
  RecordNameStrategy {
    @Override
    String subject(String topic, boolean isKey, Schema schema) {
      return schema.getFullName();
    }
  },
  TopicRecordNameStrategy {
    @Override
    String subject(String topic, boolean isKey, Schema schema) {
      return topic + "-" + schema.getFullName();
    }
  };

  abstract String subject(String topic, boolean isKey, Schema schema);

  /** Takes the class names that Confluent's clients take, with or without their package. */
  static SubjectNameStrategy named(String key, String className) {
    String simpleName = className.substring(className.lastIndexOf('.') + 1);
    return Arrays.stream(values())
        .filter(strategy -> strategy.name().equals(simpleName))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "'%s' is '%s'. Supported: TopicNameStrategy, RecordNameStrategy, TopicRecordNameStrategy, alone or in the package io.confluent.kafka.serializers.subject."
                        .formatted(key, className)));
  }
}
