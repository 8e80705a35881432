// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import java.time.Duration;
import java.util.Optional;

/**
 * How a test ended.
 *
 * @param file the file or folder that it is in, as it was named
 * @param failure what was expected and what came out, on several lines; empty where it passed
 */
public record TestResult(String file, String name, Duration took, Optional<String> failure) {
  public boolean passed() {
    return failure.isEmpty();
  }
}
