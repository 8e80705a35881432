// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page.pipeline;

import java.util.Optional;

/**
 * What was seen at the last look; or why nothing was.
 *
 * @param problem empty where there is a value
 */
record Reading<T>(Optional<T> value, String problem) {
  static <T> Reading<T> of(T value) {
    return new Reading<>(Optional.of(value), "");
  }

  static <T> Reading<T> failed(String problem) {
    return new Reading<>(Optional.empty(), problem);
  }
}
