// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Headless Chromium with an empty profile, driven over WebDriver's HTTP: what is needed of it is a
 * few requests, and a driver library would bring thirty more. Used by one thread.
 */
public final class Browser implements AutoCloseable {
  public static final String HOW_TO_INSTALL =
      "Chromium is not installed here. On Debian: apt-get install chromium chromium-driver";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final Path profile;
  private final URI address;
  private final String session;

  private Browser(Process driver, Path profile, int port) {
    this.driver = driver;
    this.profile = profile;
    this.address = URI.create("http://127.0.0.1:" + port);
    List<String> arguments =
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--lang=en-US",
            "--user-data-dir=" + profile);
    this.session =
        send(
                "POST",
                "/session",
                Map.of(
                    "capabilities",
                    Map.of(
                        "alwaysMatch",
                        Map.of(
                            "goog:loggingPrefs",
                            Map.of("browser", "ALL"),
                            "goog:chromeOptions",
                            Map.of("args", arguments)))))
            .path("sessionId")
            .asText();
  }

  public static boolean isInstalled() {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "chromedriver")));
  }

  public static Browser open() {
    try {
      Path profile = Files.createTempDirectory("lastfive-browser-");
      Process driver =
          new ProcessBuilder("chromedriver", "--port=0").redirectErrorStream(true).start();
      BufferedReader output = driver.inputReader(StandardCharsets.UTF_8);
      List<String> said = new ArrayList<>();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.add(line);
        Matcher port = PORT.matcher(line);
        if (port.find()) {
          return new Browser(driver, profile, Integer.parseInt(port.group(1)));
        }
      }
      throw new IllegalStateException("chromedriver does not start: " + said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void go(String url) {
    post("/url", Map.of("url", url));
  }

  public String url() {
    return send("GET", "/session/" + session + "/url", Map.of()).asText();
  }

  /** The result of a script's {@code return}. */
  public JsonNode run(String script, Object... arguments) {
    return post("/execute/sync", Map.of("script", script, "args", arguments));
  }

  /** The result that a script gives to its last argument, a function. */
  public JsonNode await(String script) {
    return post("/execute/async", Map.of("script", script, "args", List.of()));
  }

  /** The visible text of the first element that the CSS selector names. */
  public String text(String selector) {
    return run(
            "return (({ innerText, textContent }) => innerText ?? textContent)(document.querySelector(arguments[0]) ?? { innerText: '' })",
            selector)
        .asText();
  }

  /** Types as a person does, into whatever has the focus. */
  public void type(String keys) {
    JsonNode focused = send("GET", "/session/" + session + "/element/active", Map.of());
    post("/element/" + focused.path(ELEMENT).asText() + "/value", Map.of("text", keys));
  }

  /** How the page is looked at. */
  public void lookAs(
      int width, int height, double scale, String colorScheme, boolean reducedMotion) {
    devTools(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width", width, "height", height, "deviceScaleFactor", scale, "mobile", width < 500));
    devTools(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", colorScheme),
                Map.of(
                    "name",
                    "prefers-reduced-motion",
                    "value",
                    reducedMotion ? "reduce" : "no-preference"))));
  }

  public void lookInLanguage(String locale) {
    devTools("Emulation.setLocaleOverride", Map.of("locale", locale));
  }

  /** What is seen, as target/screenshots/NAME.png. */
  public void screenshot(String name) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "screenshots"));
      String png =
          devTools("Page.captureScreenshot", Map.of("format", "png")).path("data").asText();
      Files.write(folder.resolve(name + ".png"), Base64.getDecoder().decode(png));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the console said since the last call: errors of scripts, refusals of the policy. */
  public List<String> console() {
    List<String> lines = new ArrayList<>();
    post("/se/log", Map.of("type", "browser"))
        .forEach(
            entry ->
                lines.add(entry.path("level").asText() + " " + entry.path("message").asText()));
    return lines;
  }

  public JsonNode devTools(String command, Map<String, ?> parameters) {
    return post("/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
  }

  private JsonNode post(String path, Map<String, ?> body) {
    return send("POST", "/session/" + session + path, body);
  }

  private JsonNode send(String method, String path, Map<String, ?> body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address.resolve(path)).header("Content-Type", "application/json");
      if (method.equals("POST")) {
        request.POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
      } else {
        request.method(method, BodyPublishers.noBody());
      }
      JsonNode value =
          JSON.readTree(http.send(request.build(), BodyHandlers.ofString()).body()).path("value");
      if (value.has("error")) {
        throw new AssertionError(
            "WebDriver %s: %s".formatted(path, value.path("message").asText()));
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    send("DELETE", "/session/" + session, Map.of());
    driver.destroy();
    try {
      driver.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> left = Files.walk(profile)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
