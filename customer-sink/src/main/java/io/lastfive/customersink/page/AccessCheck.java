// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may see the page: everyone where nothing is set; otherwise who gives {@code page.user} and
 * {@code page.password} (basic authentication, which browsers ask for) or {@code page.token}
 * (bearer, for programs). Either is enough where both are set. Safe for threads.
 */
final class AccessCheck {
  /** Digests, so that comparing takes as long whatever was given, and its length says nothing. */
  private final List<byte[]> accepted;

  private final boolean basic;

  private AccessCheck(List<byte[]> accepted, boolean basic) {
    this.accepted = accepted;
    this.basic = basic;
  }

  /**
   * @throws UserError a user without a password, or the other way round
   */
  static AccessCheck of(Settings settings) {
    Optional<String> user = settings.find(KnownSettings.PAGE_USER);
    Optional<String> password = settings.find(KnownSettings.PAGE_PASSWORD);
    if (user.isPresent() != password.isPresent()) {
      throw new UserError(
          "%s is set and %s is not: basic authentication needs both, or neither."
              .formatted(
                  user.isPresent() ? "page.user" : "page.password",
                  user.isPresent() ? "page.password" : "page.user"));
    }
    if (user.isPresent() && user.get().contains(":")) {
      throw new UserError(
          "page.user holds a colon, which basic authentication cannot carry. Set another name.");
    }
    List<byte[]> accepted = new ArrayList<>();
    user.ifPresent(
        name ->
            accepted.add(
                digest(
                    "basic "
                        + Base64.getEncoder()
                            .encodeToString(
                                (name + ":" + password.orElseThrow())
                                    .getBytes(StandardCharsets.UTF_8)))));
    settings
        .find(KnownSettings.PAGE_TOKEN)
        .ifPresent(token -> accepted.add(digest("bearer " + token)));
    return new AccessCheck(List.copyOf(accepted), user.isPresent());
  }

  /** Whether anything is asked for. */
  boolean asks() {
    return !accepted.isEmpty();
  }

  boolean admits(RoutingContext context) {
    return !asks() || admits(context.request().getHeader(HttpHeaders.AUTHORIZATION));
  }

  boolean admits(@Nullable String authorization) {
    String given = authorization == null ? "" : authorization;
    int blank = given.indexOf(' ');
    // The scheme's name has no case; what follows does.
    byte[] digest =
        digest(
            blank < 0
                ? given
                : given.substring(0, blank).toLowerCase(Locale.ROOT) + given.substring(blank));
    boolean admitted = false;
    for (byte[] one : accepted) {
      admitted |= MessageDigest.isEqual(one, digest);
    }
    return admitted;
  }

  void refuse(RoutingContext context) {
    context
        .response()
        .putHeader(
            "WWW-Authenticate",
            basic ? "Basic realm=\"Lastfive\", charset=\"UTF-8\"" : "Bearer realm=\"Lastfive\"");
    Answers.error(
        context,
        401,
        basic
            ? "a user and password are asked for: page.user and page.password"
            : "a bearer token is asked for: page.token");
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }
}
