// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine;

/**
 * A construct of ksqlDB's language that parses but that this engine leaves out. Kept apart from
 * {@link KsqlException}'s other uses, so that a refusal of ours never passes for one of ksqlDB's.
 */
public final class UnsupportedKsqlException extends KsqlException {
  private static final long serialVersionUID = 1L;

  /**
   * @param construct what was met, in the words of the language: {@code "WINDOW SESSION"}
   * @param nearest the nearest form that works, as a sentence
   */
  public UnsupportedKsqlException(String construct, String nearest) {
    super(construct + " is not supported by the embedded engine. " + nearest);
  }
}
