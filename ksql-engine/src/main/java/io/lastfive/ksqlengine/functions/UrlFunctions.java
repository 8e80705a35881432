// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.strict;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of URLs, decoded; what is no URL gives NULL. */
final class UrlFunctions {
  private static final String CATEGORY = "URL";

  private UrlFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "url_encode_param",
            CATEGORY,
            "Encodes a text as the value of a URL's parameter.",
            strict(
                "VARCHAR input -> VARCHAR",
                a -> URLEncoder.encode((String) a[0], StandardCharsets.UTF_8))),
        scalar(
            "url_decode_param",
            CATEGORY,
            "Decodes the value of a URL's parameter.",
            strict("VARCHAR input -> VARCHAR", a -> decode((String) a[0]))),
        part("url_extract_fragment", "Returns the part after the #.", URI::getFragment),
        part("url_extract_host", "Returns the host name.", URI::getHost),
        part("url_extract_path", "Returns the path.", URI::getPath),
        part("url_extract_protocol", "Returns the protocol.", URI::getScheme),
        part("url_extract_query", "Returns the part between the ? and the #.", URI::getQuery),
        scalar(
            "url_extract_port",
            CATEGORY,
            "Returns the port, if the URL names one.",
            strict(
                "VARCHAR input -> INT",
                a -> {
                  URI uri = parse((String) a[0]);
                  return uri == null || uri.getPort() < 0 ? null : (Integer) uri.getPort();
                })),
        scalar(
            "url_extract_parameter",
            CATEGORY,
            "Returns the value of a parameter in the query part.",
            strict(
                "VARCHAR input, VARCHAR paramToFind -> VARCHAR",
                a -> parameter((String) a[0], (String) a[1]))));
  }

  @FunctionalInterface
  private interface Part {
    @Nullable String of(URI uri);
  }

  private static Function<ScalarBody> part(String name, String description, Part part) {
    return scalar(
        name,
        CATEGORY,
        description,
        strict(
            "VARCHAR input -> VARCHAR",
            a -> {
              URI uri = parse((String) a[0]);
              return uri == null ? null : part.of(uri);
            }));
  }

  private static @Nullable URI parse(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new FunctionException("URL_DECODE_PARAM: the text has an incomplete escape sequence.");
    }
  }

  private static @Nullable String parameter(String url, String name) {
    URI uri = parse(url);
    if (uri == null || uri.getRawQuery() == null) {
      return null;
    }
    for (String parameter : uri.getRawQuery().split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals >= 0 && decode(parameter.substring(0, equals)).equals(name)) {
        return decode(parameter.substring(equals + 1));
      }
    }
    return null;
  }
}
