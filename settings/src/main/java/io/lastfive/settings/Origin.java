// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.nio.file.Path;

/**
 * Where a value comes from.
 *
 * @param place as shown to a person, such as {@code lastfive.properties:3}
 */
public record Origin(String place) {
  public static final Origin DEFAULT = new Origin("default");

  /** Set by the command itself, such as a free port it took. */
  public static final Origin PROGRAM = new Origin("set by the command");

  static Origin line(Path file, int line) {
    return new Origin(file + ":" + line);
  }

  static Origin environmentVariable(String name) {
    return new Origin("environment variable " + name);
  }

  static Origin flag(String name) {
    return new Origin("flag --" + name);
  }
}
