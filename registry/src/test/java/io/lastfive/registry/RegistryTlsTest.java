// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose certificate nobody knows but a trust store. */
class RegistryTlsTest {
  private static final char[] PASSWORD = "secret-of-a-test".toCharArray();

  @TempDir private static Path folder;
  private static HttpsServer server;

  @BeforeAll
  static void start() throws Exception {
    Path keys = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "registry",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore own = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      own.load(in, PASSWORD);
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("registry", own.getCertificate("registry"));
    try (OutputStream out = Files.newOutputStream(folder.resolve("trust.p12"))) {
      trusted.store(out, PASSWORD);
    }
    server = serve(own);
  }

  private static HttpsServer serve(KeyStore own) throws Exception {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(own, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer started =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    started.setHttpsConfigurator(new HttpsConfigurator(tls));
    started.createContext(
        "/subjects",
        exchange -> {
          byte[] answer = "[\"known-value\"]".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(answer);
          }
        });
    started.start();
    return started;
  }

  @AfterAll
  static void stop() throws IOException {
    server.stop(0);
  }

  @Test
  void trustsWhomTheTrustStoreKnows() {
    SchemaRegistryClient client =
        new SchemaRegistryClient(
            Map.of(
                "schema.registry.url",
                url(),
                "schema.registry.ssl.truststore.location",
                folder.resolve("trust.p12").toString(),
                "schema.registry.ssl.truststore.password",
                new String(PASSWORD),
                "schema.registry.ssl.truststore.type",
                "PKCS12"));

    assertThat(client.subjects()).containsExactly("known-value");
  }

  @Test
  void trustsNobodyElse() {
    SchemaRegistryClient client =
        new SchemaRegistryClient(Map.of("schema.registry.url", url(), "max.retries", "0"));

    assertThatThrownBy(client::subjects)
        .isInstanceOf(SchemaRegistryUnavailableException.class)
        .hasMessageStartingWith("the schema registry at " + url() + " could not be asked (");
  }

  @Test
  void saysWhichStoreCannotBeUsed() {
    Path missing = folder.resolve("missing.p12");

    assertThatThrownBy(
            () ->
                new SchemaRegistryClient(
                    Map.of(
                        "schema.registry.url",
                        url(),
                        "schema.registry.ssl.truststore.location",
                        missing.toString())))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "'schema.registry.ssl.*' cannot be used: Failed to load SSL keystore %s of type JKS"
                .formatted(missing));
  }

  @Test
  void refusesWhatTheHttpClientCannotDo() {
    assertThatThrownBy(
            () ->
                new SchemaRegistryClient(
                    Map.of(
                        "schema.registry.url",
                        url(),
                        "schema.registry.ssl.endpoint.identification.algorithm",
                        "")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "'schema.registry.ssl.endpoint.identification.algorithm' is not supported by Lastfive's registry client. Supported: key.password, keymanager.algorithm, keystore.certificate.chain, keystore.key, keystore.location, keystore.password, keystore.type, protocol, provider, trustmanager.algorithm, truststore.certificates, truststore.location, truststore.password, truststore.type.");
  }

  private static String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }
}
