// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * TLS towards the registry as {@code schema.registry.ssl.*} says, read as Kafka's own clients read
 * {@code ssl.*}: stores as JKS, PKCS12 or PEM.
 */
final class RegistryTls {
  private static final String PREFIX = "schema.registry.ssl.";

  /** The HTTP client behind has no say in the others. */
  private static final Set<String> SUPPORTED =
      Set.of(
          "key.password",
          "keymanager.algorithm",
          "keystore.certificate.chain",
          "keystore.key",
          "keystore.location",
          "keystore.password",
          "keystore.type",
          "protocol",
          "provider",
          "trustmanager.algorithm",
          "truststore.certificates",
          "truststore.location",
          "truststore.password",
          "truststore.type");

  private RegistryTls() {}

  /** Empty where nothing is said: what the JDK trusts. */
  static Optional<SSLContext> from(Map<String, ?> config) {
    Map<String, Object> said = new HashMap<>();
    for (String key : new TreeSet<>(config.keySet())) {
      if (key.startsWith(PREFIX)) {
        String name = key.substring(PREFIX.length());
        if (!SUPPORTED.contains(name)) {
          throw new ConfigException(
              "'%s' is not supported by Lastfive's registry client. Supported: %s."
                  .formatted(key, String.join(", ", new TreeSet<>(SUPPORTED))));
        }
        said.put("ssl." + name, config.get(key));
      }
    }
    return said.isEmpty() ? Optional.empty() : Optional.of(context(said));
  }

  private static SSLContext context(Map<String, Object> said) {
    ConfigDef definition = new ConfigDef();
    SslConfigs.addClientSslSupport(definition);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(definition.parse(said));
      return factory.sslContext();
    } catch (KafkaException unusable) {
      ConfigException error =
          new ConfigException(
              "'schema.registry.ssl.*' cannot be used: %s".formatted(unusable.getMessage()));
      error.initCause(unusable);
      throw error;
    }
  }
}
