// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dependency (broker, registry, engine, database) does not answer: the one-line message names its
 * address and what to do. A command ends with exit code 1 and prints the message without a stack
 * trace.
 */
public final class UnavailableError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnavailableError(String message) {
    super(message);
  }

  public UnavailableError(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * The usual message: {@code Kafka at localhost:9092 does not answer: Connection refused. Start
   * the stack with 'make up', or set kafka.bootstrap.servers to where it runs.}
   */
  public static UnavailableError at(
      String dependency, String address, Setting<?> addressSetting, Throwable cause) {
    return at(dependency, address, addressSetting, reason(cause), cause);
  }

  /** As above, where the cause's own words would not help. */
  public static UnavailableError at(
      String dependency,
      String address,
      Setting<?> addressSetting,
      String reason,
      Throwable cause) {
    return new UnavailableError(
        "%s at %s does not answer: %s. Start the stack with 'make up', or set %s to where it runs."
            .formatted(dependency, Secrets.maskIn(address), reason, addressSetting.name()),
        cause);
  }

  /** The innermost cause's first line; where it has no message, its kind. */
  private static String reason(Throwable thrown) {
    Throwable root = thrown;
    @Nullable Throwable next = root.getCause();
    while (next != null && !Objects.equals(next, root)) {
      root = next;
      next = root.getCause();
    }
    String message = root.getMessage();
    if (message == null || message.isBlank()) {
      return root.getClass().getSimpleName();
    }
    String line = message.strip().lines().findFirst().orElse("").strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }
}
