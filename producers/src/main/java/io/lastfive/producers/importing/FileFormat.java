// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How the lines of a file are written.
 *
 * @param separator of CSV columns; empty: found out
 * @param skippedLines before the header of a CSV file
 */
record FileFormat(Charset encoding, Optional<Character> separator, int skippedLines) {
  static final FileFormat USUAL = new FileFormat(StandardCharsets.UTF_8, Optional.empty(), 0);
}
