// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.util.regex.Pattern;

/** Keeps secrets out of whatever is shown or logged. */
final class Secrets {
  static final String MASK = "********";

  /** Names of pass-through settings whose values are never shown. */
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "password|secret|jaas|token|credential|user\\.info|keystore\\.key$|private|api\\.?key");

  private static final Pattern USER_INFO_IN_ADDRESS = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");
  private static final Pattern PASSWORD_IN_ADDRESS =
      Pattern.compile("(?<=[?&;]password=)[^&;\\s]*", Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  static boolean isSecretName(String name) {
    return SECRET_NAME.matcher(name).find();
  }

  /** {@code text} without the user's part and the password of an address. */
  static String maskIn(String text) {
    String withoutUser = USER_INFO_IN_ADDRESS.matcher(text).replaceAll(MASK);
    return PASSWORD_IN_ADDRESS.matcher(withoutUser).replaceAll(MASK);
  }
}
