// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
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

  /** What went wrong in a few words: Java's own are often none at all. */
  private static String reason(Throwable thrown) {
    List<Throwable> chain = causes(thrown);
    if (anyIs(chain, UnknownHostException.class)
        || anyIs(chain, UnresolvedAddressException.class)) {
      return "the host is not known";
    }
    if (anyIs(chain, HttpTimeoutException.class) || anyIs(chain, SocketTimeoutException.class)) {
      return "no answer in time";
    }
    Throwable root = chain.get(chain.size() - 1);
    String message = Objects.toString(root.getMessage(), "").strip();
    if (message.isEmpty()) {
      return anyIs(chain, ConnectException.class)
          ? "connection refused"
          : root.getClass().getSimpleName();
    }
    String line = message.lines().findFirst().orElse(message);
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  private static boolean anyIs(List<Throwable> chain, Class<? extends Throwable> kind) {
    return chain.stream().anyMatch(kind::isInstance);
  }

  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> chain = new ArrayList<>();
    @Nullable Throwable next = thrown;
    while (next != null && !chain.contains(next)) {
      chain.add(next);
      next = next.getCause();
    }
    return chain;
  }
}
