// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;

/**
 * Decodes without replacing anything: a wrong byte is a {@link CharacterCodingException}, thrown
 * once every character before it was handed out, so that what stands before it is not lost. For one
 * thread.
 */
final class StrictReader extends Reader {
  private final InputStream in;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 14).limit(0);
  private boolean atEnd;
  private @Nullable CharacterCodingException wrong;

  StrictReader(InputStream in, Charset encoding) {
    this.in = in;
    this.decoder =
        encoding
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    CharBuffer chars = CharBuffer.wrap(target, offset, length);
    int begin = chars.position();
    while (true) {
      if (wrong == null) {
        decode(chars);
      }
      if (chars.position() > begin) {
        return chars.position() - begin;
      } else if (wrong != null) {
        throw wrong;
      } else if (atEnd && !bytes.hasRemaining()) {
        return -1;
      }
      fill();
    }
  }

  private void decode(CharBuffer chars) {
    CoderResult result = decoder.decode(bytes, chars, atEnd);
    if (result.isError()) {
      try {
        result.throwException();
      } catch (CharacterCodingException noCharacter) {
        wrong = noCharacter;
      }
    }
  }

  private void fill() throws IOException {
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (read < 0) {
      atEnd = true;
    } else {
      bytes.position(bytes.position() + read);
    }
    bytes.flip();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
