// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The characters of an XML file in the encoding that its first bytes or its declaration say.
 * Decoded here and not by the parser: Java's prints to the error stream where a byte is wrong, and
 * the reader shall hear what is wrong with the file.
 */
final class XmlText {
  private static final int LOOKED_AT = 1024;
  private static final Pattern DECLARED =
      Pattern.compile("^<\\?xml\\s[^>]*?encoding\\s*=\\s*[\"']([^\"']+)[\"']");

  private final Charset encoding;
  private final Reader reader;

  private XmlText(Charset encoding, Reader reader) {
    this.encoding = encoding;
    this.reader = reader;
  }

  /**
   * @param in from its first visible byte on; can be marked
   * @param said what the mapping says, whatever the file does
   */
  static XmlText of(Path file, InputStream in, Optional<Charset> said) throws IOException {
    in.mark(LOOKED_AT);
    byte[] first = in.readNBytes(LOOKED_AT);
    in.reset();
    Charset encoding = said.isPresent() ? said.get() : encoding(file, first);
    return new XmlText(encoding, new StrictReader(in, encoding));
  }

  private static Charset encoding(Path file, byte... first) {
    if (FileStart.startsWith(first, 0xFE, 0xFF) || FileStart.startsWith(first, 0xFF, 0xFE)) {
      return StandardCharsets.UTF_16;
    } else if (FileStart.startsWith(first, 0, '<')) {
      return StandardCharsets.UTF_16BE;
    } else if (FileStart.startsWith(first, '<', 0)) {
      return StandardCharsets.UTF_16LE;
    }
    Matcher declared = DECLARED.matcher(new String(first, StandardCharsets.ISO_8859_1));
    if (!declared.find()) {
      return StandardCharsets.UTF_8;
    }
    try {
      Charset charset = Charset.forName(declared.group(1).strip());
      // One byte a character, and so not what it says: programs that build XML in memory do that.
      return charset.name().startsWith("UTF-16") ? StandardCharsets.UTF_8 : charset;
    } catch (IllegalArgumentException unknown) {
      throw new UserError(
          "'%s' declares the encoding '%s', which is none that is known here. Say which it is with file.encoding in a file for --mapping."
              .formatted(file, declared.group(1).strip()),
          unknown);
    }
  }

  Charset encoding() {
    return encoding;
  }

  Reader reader() {
    return reader;
  }
}
