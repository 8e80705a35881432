// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.util.List;

/** The registry's judgment of a schema, with its reasons where it is incompatible. */
public record CompatibilityResult(boolean compatible, List<String> messages) {
  public CompatibilityResult {
    messages = List.copyOf(messages);
  }
}
