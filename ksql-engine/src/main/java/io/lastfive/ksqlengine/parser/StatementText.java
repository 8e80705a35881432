// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

/**
 * One statement's text, its {@code ;} included, and where in the request's text it begins: line and
 * column, both from 1.
 */
public record StatementText(String text, int line, int column) {

  /** A text that is the whole request. */
  public StatementText(String text) {
    this(text, 1, 1);
  }
}
