// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.settings.UnavailableError;
import java.time.Duration;

/** Waiting between two looks at the server. */
final class Pause {
  static final Duration SHORT = Duration.ofMillis(5);
  static final Duration LOOKS = Duration.ofMillis(100);

  private Pause() {}

  static void between(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableError("Interrupted while waiting for ksqlDB. Run the command again.", e);
    }
  }
}
