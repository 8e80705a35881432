// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ParseResult;

/**
 * How much a command logs: warnings; with {@code -v} what happens; with {@code -vv} everything.
 *
 * @param times how often {@code -v} was given
 */
public record Verbosity(int times) {

  /** What was given to the last of the subcommands. */
  public static Verbosity ofLast(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    boolean[] given = last.matchedOptionValue("--verbose", new boolean[0]);
    return new Verbosity(given.length);
  }

  /**
   * Changes what is logged from here on. Logging is not started where nothing changes: it takes a
   * moment.
   */
  public void apply() {
    if (times > 0 && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(times == 1 ? Level.INFO : Level.DEBUG);
      CommandLogging.QUIET.forEach(name -> context.getLogger(name).setLevel(null));
    }
  }
}
