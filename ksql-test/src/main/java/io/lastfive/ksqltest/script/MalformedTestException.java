// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import java.util.List;

/** Files that are no tests, or cannot be read: nothing was run. The message names each. */
public final class MalformedTestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // List.copyOf is serializable
  private final List<String> problems;

  public MalformedTestException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  public MalformedTestException(String problem) {
    this(List.of(problem));
  }

  public MalformedTestException(String problem, Throwable cause) {
    this(problem);
    initCause(cause);
  }

  public List<String> problems() {
    return problems;
  }
}
