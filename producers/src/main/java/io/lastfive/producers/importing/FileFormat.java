// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How the lines of a file are written.
 *
 * @param saidEncoding as the mapping says it; empty: what an XML file declares, else UTF-8
 * @param separator of CSV columns; empty: found out
 * @param skippedLines before the header of a CSV file
 */
record FileFormat(Optional<Charset> saidEncoding, Optional<Character> separator, int skippedLines) {
  static final FileFormat USUAL = new FileFormat(Optional.empty(), Optional.empty(), 0);

  Charset encoding() {
    return saidEncoding.orElse(StandardCharsets.UTF_8);
  }
}
