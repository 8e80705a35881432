// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.UserError;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a file, with or without a byte order mark, ended by LF or CRLF; one in memory at a
 * time. Refuses what is no text at once, and says what it looks like.
 */
final class LineReader implements Closeable {
  private static final int LONGEST_LINE = 1 << 20;
  private static final int BYTE_ORDER_MARK = 3;

  /**
   * @param number of the line in the file, from 1
   * @param isDecoded false: it is not in the file's encoding, {@code text} has replacement
   *     characters
   */
  record Line(long number, String text, boolean isDecoded) {}

  private final Path file;
  private final InputStream in;
  private final Charset encoding;
  private final Deque<Line> putBack = new ArrayDeque<>();
  private long number;
  private long bytesRead;

  private LineReader(Path file, InputStream in, Charset encoding) {
    this.file = file;
    this.in = in;
    this.encoding = encoding;
  }

  static LineReader open(Path file, PaymentImport.Format format, Charset encoding) {
    InputStream in = FileStart.open(file, format);
    try {
      LineReader reader = new LineReader(file, in, encoding);
      reader.skipByteOrderMark();
      return reader;
    } catch (IOException unreadable) {
      throw new UserError("'" + file + "' cannot be read: " + unreadable + ".", unreadable);
    }
  }

  private void skipByteOrderMark() throws IOException {
    in.mark(BYTE_ORDER_MARK);
    if (FileStart.startsWith(in.readNBytes(BYTE_ORDER_MARK), 0xEF, 0xBB, 0xBF)) {
      bytesRead += BYTE_ORDER_MARK;
    } else {
      in.reset();
    }
  }

  /** Why a line that is not decoded is not. */
  String undecodable() {
    return "is not " + encoding.name();
  }

  /** The next line, empty at the end of the file. */
  Optional<Line> next() {
    if (!putBack.isEmpty()) {
      return Optional.of(putBack.removeFirst());
    }
    try {
      return readLine();
    } catch (IOException e) {
      throw new UserError(
          "'%s' cannot be read on after line %d: %s. Import it again with --resume once it can."
              .formatted(file, number, e),
          e);
    }
  }

  /** These lines come next again, first one first. */
  void putBack(List<Line> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      putBack.addFirst(lines.get(i));
    }
  }

  long bytesRead() {
    return bytesRead;
  }

  private Optional<Line> readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    int b = in.read();
    if (b < 0) {
      return Optional.empty();
    }
    number++;
    while (b >= 0 && b != '\n') {
      if (line.size() == LONGEST_LINE) {
        throw new UserError(
            "'%s' line %d is longer than %d bytes; this is no file of payments."
                .formatted(file, number, LONGEST_LINE));
      }
      line.write(b);
      b = in.read();
    }
    bytesRead += line.size() + (b == '\n' ? 1 : 0);
    return Optional.of(decoded(line.toByteArray()));
  }

  private Line decoded(byte[] bytes) {
    int length =
        bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
    try {
      String text = encoding.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      return new Line(number, text, true);
    } catch (CharacterCodingException otherEncoding) {
      return new Line(number, new String(bytes, 0, length, encoding), false);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException("'" + file + "' could not be closed", e);
    }
  }
}
