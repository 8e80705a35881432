// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Setting;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Where the parts listen; 0 takes a free port. */
public record StackPorts(int kafka, int registry, int ksql, int postgres) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

  /** Any free ports. */
  public static StackPorts free() {
    return new StackPorts(0, 0, 0, 0);
  }

  /** The ports of the addresses in the settings, which must be on this machine. */
  public static StackPorts of(Settings settings) {
    List<String> problems = new ArrayList<>();
    StackPorts ports =
        new StackPorts(
            port(settings, KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "kafka://", problems),
            port(settings, KnownSettings.SCHEMA_REGISTRY_URL, "", problems),
            port(settings, KnownSettings.KSQLDB_URL, "", problems),
            port(settings, KnownSettings.DATABASE_URL, "", problems));
    if (!problems.isEmpty()) {
      throw UserError.ofAll("addresses do not fit the embedded stack", problems);
    }
    return ports;
  }

  /** Refuses ports that are in use, all at once, before anything is started. */
  void refuseUsed() {
    List<String> problems = new ArrayList<>();
    probe(kafka, "Kafka", KnownSettings.KAFKA_BOOTSTRAP_SERVERS, "localhost:PORT", problems);
    probe(
        registry,
        "the schema registry",
        KnownSettings.SCHEMA_REGISTRY_URL,
        "http://localhost:PORT",
        problems);
    probe(ksql, "the KSQL engine", KnownSettings.KSQLDB_URL, "http://localhost:PORT", problems);
    probe(
        postgres,
        "PostgreSQL",
        KnownSettings.DATABASE_URL,
        "jdbc:postgresql://localhost:PORT/lastfive",
        problems);
    if (!problems.isEmpty()) {
      throw UserError.ofAll("ports are in use", problems);
    }
  }

  private static int port(
      Settings settings, Setting<?> setting, String scheme, List<String> problems) {
    String address = settings.get(setting).toString();
    String readable = address.startsWith("jdbc:") ? address.substring("jdbc:".length()) : address;
    URI uri = URI.create(scheme + readable);
    if (uri.getHost() == null || !LOOPBACK.contains(uri.getHost()) || uri.getPort() < 0) {
      problems.add(
          "%s is '%s', and the embedded stack listens on this machine only. Give an address on localhost with a port, or do not start the stack where you use another."
              .formatted(setting.name(), address));
      return 0;
    }
    return uri.getPort();
  }

  private static void probe(
      int port, String owner, Setting<?> setting, String example, List<String> problems) {
    try (ServerSocketChannel channel = Ports.bind("127.0.0.1", port, owner)) {
      channel.getLocalAddress();
    } catch (IOException e) {
      problems.add(
          "Port %d, wanted for %s, is in use. Stop what holds it, or give another: --%s=%s."
              .formatted(port, owner, setting.name(), example));
    }
  }
}
