// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.util.List;

/**
 * The user's mistake: the message says what is wrong, where, and how to fix it. A command ends with
 * exit code 2 and prints the message without a stack trace.
 */
public final class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserError(String message) {
    super(message);
  }

  public UserError(String message, Throwable cause) {
    super(message, cause);
  }

  /** One error for all {@code problems} found, so that they can be fixed in one go. */
  public static UserError ofAll(String heading, List<String> problems) {
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("An error needs a problem.");
    }
    if (problems.size() == 1) {
      return new UserError(problems.get(0));
    }
    return new UserError(problems.size() + " " + heading + ":\n  " + String.join("\n  ", problems));
  }
}
