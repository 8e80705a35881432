// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import java.util.List;

/**
 * A payment that must not enter a topic. Nothing of it was sent. The message lists every reason,
 * names fields as the event does, and never holds a card number.
 */
public final class RefusedPayment extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // List.copyOf is serializable
  private final List<String> problems;

  public RefusedPayment(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  public RefusedPayment(String problem) {
    this(List.of(problem));
  }

  public List<String> problems() {
    return problems;
  }
}
