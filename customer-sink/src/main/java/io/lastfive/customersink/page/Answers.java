// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How answers are written: JSON, tags by which a client need not be told again what it knows. */
final class Answers {
  static final String JSON = "application/json";

  /** Kept, but asked about each time. */
  static final String REVALIDATED = "private, no-cache";

  private static final int TAG_BYTES = 12;

  private Answers() {}

  static void json(RoutingContext context, int status, String json) {
    HttpServerResponse response = context.response();
    if (!response.ended()) {
      response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
      content(context, Buffer.buffer(json));
    }
  }

  static void error(RoutingContext context, int status, String message) {
    json(context, status, JsonNodeFactory.instance.objectNode().put("error", message).toString());
  }

  /** The answer, or 304 where the client has this version. */
  static void tagged(
      RoutingContext context, String type, String cacheControl, String tag, Buffer content) {
    HttpServerResponse response = context.response();
    response
        .putHeader(HttpHeaders.ETAG, tag)
        .putHeader(HttpHeaders.CACHE_CONTROL, cacheControl)
        .putHeader(HttpHeaders.VARY, "Accept-Encoding");
    if (known(context.request().getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, type);
    content(context, content);
  }

  static void taggedJson(RoutingContext context, String json) {
    byte[] content = json.getBytes(StandardCharsets.UTF_8);
    tagged(context, JSON, REVALIDATED, tagOf(content), Buffer.buffer(content));
  }

  /** Weak: the same content may be sent compressed or not. */
  static String tagOf(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return "W/\"" + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + "\"";
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  private static boolean known(@Nullable String ifNoneMatch, String tag) {
    if (ifNoneMatch == null) {
      return false;
    }
    if (ifNoneMatch.trim().equals("*")) {
      return true;
    }
    String opaque = opaque(tag);
    for (String candidate : ifNoneMatch.split(",", -1)) {
      if (opaque(candidate.trim()).equals(opaque)) {
        return true;
      }
    }
    return false;
  }

  /** If-None-Match compares weakly. */
  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }

  static void content(RoutingContext context, Buffer content) {
    HttpServerResponse response = context.response();
    if (context.request().method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(content.length())).end();
    } else {
      response.end(content);
    }
  }
}
