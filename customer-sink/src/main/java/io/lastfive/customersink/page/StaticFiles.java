// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The page's own files, read once from the jar. They need no host but this one. */
final class StaticFiles {
  private static final String KNOWN_CUSTOMER = "{known customer}";
  private static final String HTML = "text/html; charset=utf-8";
  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
  private static final String FONT = "font/woff2";

  /** A font's name tells its version: it never changes. */
  private static final String FOREVER = "public, max-age=31536000, immutable";

  private static final Map<String, String> TYPES =
      Map.of(
          "page.css", "text/css; charset=utf-8",
          "page.js", JAVASCRIPT,
          "common.js", JAVASCRIPT,
          "pipeline.css", "text/css; charset=utf-8",
          "pipeline.js", JAVASCRIPT,
          "icon.svg", "image/svg+xml",
          "openapi.json", Answers.JSON,
          "inter-latin-5.3.0.woff2", FONT,
          "inter-latin-ext-5.3.0.woff2", FONT);

  /** A file as it is sent. */
  private record Served(String type, String cacheControl, String tag, Buffer content) {}

  private final Map<String, Served> files = new LinkedHashMap<>();
  private final String index = text("index.html");
  private final byte[] pipeline = read("pipeline.html");

  StaticFiles() {
    TYPES.forEach(
        (name, type) -> {
          byte[] content = read(name);
          String cacheControl = type.equals(FONT) ? FOREVER : Answers.REVALIDATED;
          files.put(
              name, new Served(type, cacheControl, Answers.tagOf(content), Buffer.buffer(content)));
        });
  }

  void addTo(Router router) {
    files.forEach(
        (name, file) -> router.route("/" + name).handler(context -> serve(context, file)));
    router
        .route("/pipeline")
        .handler(
            context ->
                Answers.tagged(
                    context,
                    HTML,
                    Answers.REVALIDATED,
                    Answers.tagOf(pipeline),
                    Buffer.buffer(pipeline)));
  }

  void home(RoutingContext context) {
    page(context, "");
  }

  /** The page with a customer in it already, so that it shows it before anything else is asked. */
  void customer(RoutingContext context, String customerJson) {
    // Nothing in it can end the element that it stands in.
    page(context, customerJson.replace("<", "\\u003c"));
  }

  private void page(RoutingContext context, String known) {
    byte[] content = index.replace(KNOWN_CUSTOMER, known).getBytes(StandardCharsets.UTF_8);
    Answers.tagged(
        context, HTML, Answers.REVALIDATED, Answers.tagOf(content), Buffer.buffer(content));
  }

  private static void serve(RoutingContext context, Served file) {
    Answers.tagged(context, file.type(), file.cacheControl(), file.tag(), file.content());
  }

  private static String text(String name) {
    return new String(read(name), StandardCharsets.UTF_8);
  }

  private static byte[] read(String name) {
    try (InputStream content = StaticFiles.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new IllegalStateException("the jar lacks the page's resource '" + name + "'");
      }
      return content.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
