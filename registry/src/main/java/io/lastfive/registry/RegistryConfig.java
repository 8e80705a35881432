// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Where the registry is and how to ask it, read from the keys that Confluent's clients use. */
record RegistryConfig(
    List<URI> urls,
    Optional<String> authorization,
    int maxRetries,
    Duration firstBackoff,
    Duration maxBackoff,
    Duration connectTimeout,
    Duration readTimeout,
    Optional<SSLContext> tls,
    boolean normalize) {

  static final String URL = "schema.registry.url";

  private static final Set<String> UNSUPPORTED =
      Set.of(
          "avro.reflection.allow.null",
          "context.name.strategy",
          "proxy.host",
          "proxy.port",
          "rule.actions",
          "rule.executors",
          "use.latest.with.metadata",
          "use.schema.id",
          "value.schema.id.serializer",
          "value.schema.id.deserializer");

  RegistryConfig {
    urls = List.copyOf(urls);
  }

  static RegistryConfig from(Map<String, ?> config) {
    refuseUnsupported(config);
    Keys keys = new Keys(config);
    List<String> addresses = keys.list(URL);
    if (addresses.isEmpty()) {
      throw new ConfigException(
          "'schema.registry.url' is not set. Give the registry's address, such as http://localhost:8081; several are separated by commas.");
    }
    List<URI> urls = new ArrayList<>();
    Optional<String> userInUrl = Optional.empty();
    for (String address : addresses) {
      URI url = parse(address);
      if (url.getUserInfo() != null && userInUrl.isEmpty()) {
        userInUrl = Optional.of(url.getUserInfo());
      }
      urls.add(withoutUser(url));
    }
    return new RegistryConfig(
        urls,
        authorization(keys, userInUrl),
        keys.number("max.retries", 3),
        Duration.ofMillis(keys.number("retries.wait.ms", 100)),
        Duration.ofMillis(keys.number("retries.max.wait.ms", 5_000)),
        Duration.ofMillis(keys.number("http.connect.timeout.ms", 5_000)),
        Duration.ofMillis(keys.number("http.read.timeout.ms", 30_000)),
        RegistryTls.from(config),
        keys.flag("normalize.schemas", false));
  }

  /** What Confluent's classes would heed must not be passed over in silence. */
  private static void refuseUnsupported(Map<String, ?> config) {
    for (String key : new TreeSet<>(config.keySet())) {
      String bare = key.startsWith(Keys.PREFIX) ? key.substring(Keys.PREFIX.length()) : key;
      // They would write what the latest version cannot read.
      boolean writesUnread =
          bare.equals("latest.compatibility.strict")
              && !"true".equalsIgnoreCase(String.valueOf(config.get(key)));
      // Always done here, and so nothing to refuse: they never reach the registry.
      boolean keepsJavaProperties =
          bare.equals("avro.remove.java.properties")
              && !"true".equalsIgnoreCase(String.valueOf(config.get(key)));
      if (writesUnread || keepsJavaProperties || UNSUPPORTED.contains(bare)) {
        throw new ConfigException(
            "'%s' is not supported by Lastfive's serializer and deserializer. Leave it out, or use Confluent's: value.serializer=io.confluent.kafka.serializers.KafkaAvroSerializer."
                .formatted(key));
      }
    }
  }

  /** The addresses as text, for messages. */
  String addresses() {
    return String.join(", ", urls.stream().map(URI::toString).toList());
  }

  private static URI parse(String address) {
    try {
      URI url = new URI(address.strip().replaceAll("/+$", ""));
      if (url.getHost() == null
          || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        throw new ConfigException(notAnAddress(address));
      }
      return url;
    } catch (URISyntaxException e) {
      throw new ConfigException(notAnAddress(address));
    }
  }

  private static String notAnAddress(String address) {
    return "'schema.registry.url' has '%s', which is not an http or https address. Give one such as http://localhost:8081."
        .formatted(address.replaceAll("//[^/@]*@", "//***@"));
  }

  private static URI withoutUser(URI url) {
    try {
      return new URI(
          url.getScheme(), null, url.getHost(), url.getPort(), url.getPath(), null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Optional<String> authorization(Keys keys, Optional<String> userInUrl) {
    if (keys.text("bearer.auth.credentials.source").isPresent()) {
      String source = keys.text("bearer.auth.credentials.source").get();
      if (!source.equals("STATIC_TOKEN")) {
        throw new ConfigException(
            "'bearer.auth.credentials.source' is '%s'. Supported: STATIC_TOKEN.".formatted(source));
      }
      return Optional.of("Bearer " + keys.required("bearer.auth.token"));
    }
    String source = keys.text("basic.auth.credentials.source").orElse("URL");
    Optional<String> user;
    if (source.equals("URL")) {
      user = userInUrl;
    } else if (source.equals("USER_INFO")) {
      user = Optional.of(keys.required("basic.auth.user.info"));
    } else {
      throw new ConfigException(
          "'basic.auth.credentials.source' is '%s'. Supported: URL, USER_INFO.".formatted(source));
    }
    return user.map(
        u -> "Basic " + Base64.getEncoder().encodeToString(u.getBytes(StandardCharsets.UTF_8)));
  }

  /** Reads a key as it stands, or with the prefix that Confluent also takes. */
  static final class Keys {
    private static final String PREFIX = "schema.registry.";
    private final Map<String, ?> config;

    Keys(Map<String, ?> config) {
      this.config = config;
    }

    Optional<String> text(String key) {
      return Optional.ofNullable(raw(key))
          .map(value -> value instanceof Class<?> type ? type.getName() : value.toString().strip())
          .filter(value -> !value.isEmpty());
    }

    String required(String key) {
      return text(key).orElseThrow(() -> new ConfigException("'%s' is not set.".formatted(key)));
    }

    List<String> list(String key) {
      Object value = raw(key);
      if (value instanceof Collection<?> many) {
        return many.stream().map(String::valueOf).toList();
      }
      return text(key).map(text -> List.of(text.split("\\s*,\\s*"))).orElse(List.of());
    }

    boolean flag(String key, boolean otherwise) {
      String value = text(key).orElse(Boolean.toString(otherwise));
      if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
        throw new ConfigException("'%s' is '%s'. Give true or false.".formatted(key, value));
      }
      return Boolean.parseBoolean(value);
    }

    int number(String key, int otherwise) {
      String value = text(key).orElse(Integer.toString(otherwise));
      try {
        int number = Integer.parseInt(value);
        if (number >= 0) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Told below, like a negative one.
      }
      throw new ConfigException(
          "'%s' is '%s'. Give a whole number, 0 or more.".formatted(key, value));
    }

    private @Nullable Object raw(String key) {
      Object value = config.get(key);
      return value != null || key.startsWith(PREFIX) ? value : config.get(PREFIX + key);
    }
  }
}
