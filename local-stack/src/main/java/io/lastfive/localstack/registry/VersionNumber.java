// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import java.util.Optional;

/** A version in a request's path: a number, or none for {@code latest} and {@code -1}. */
final class VersionNumber {
  private VersionNumber() {}

  static Optional<Integer> parse(String version) {
    if (version.equals("latest") || version.equals("-1")) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(version);
      if (number >= 1) {
        return Optional.of(number);
      }
    } catch (NumberFormatException e) {
      // Told below, like a number that is too small.
    }
    throw RegistryError.invalidVersion(version);
  }
}
