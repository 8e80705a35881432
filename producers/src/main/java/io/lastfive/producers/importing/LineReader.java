// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.UserError;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a UTF-8 file, with or without a byte order mark, ended by LF or CRLF; one in memory
 * at a time. Refuses what is no text at once, and says what it looks like.
 */
final class LineReader implements Closeable {
  private static final int LONGEST_LINE = 1 << 20;
  private static final int LOOKED_AT_FIRST = 4096;

  /**
   * @param number of the line in the file, from 1
   * @param isUtf8 false: {@code text} has replacement characters
   */
  record Line(long number, String text, boolean isUtf8) {}

  private final Path file;
  private final InputStream in;
  private final Deque<Line> putBack = new ArrayDeque<>();
  private long number;
  private long bytesRead;

  private LineReader(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  static LineReader open(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new UserError("'" + file + "' is a folder; name a CSV or NDJSON file.");
      }
      InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
      try {
        in.mark(LOOKED_AT_FIRST);
        byte[] first = in.readNBytes(LOOKED_AT_FIRST);
        in.reset();
        refuseWhatIsNoText(file, first);
        LineReader reader = new LineReader(file, in);
        reader.skipByteOrderMark(first);
        return reader;
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (NoSuchFileException missing) {
      throw new UserError("'" + file + "' is not there. Check the path.", missing);
    } catch (IOException unreadable) {
      throw new UserError("'" + file + "' cannot be read: " + unreadable + ".", unreadable);
    }
  }

  private static void refuseWhatIsNoText(Path file, byte[] first) {
    String problem;
    if (first.length == 0) {
      problem = "is empty";
    } else if (startsWith(first, 0xFE, 0xFF) || startsWith(first, 0xFF, 0xFE)) {
      problem = "is UTF-16; save it as UTF-8";
    } else if (startsWith(first, 0x1F, 0x8B)) {
      problem = "is compressed with gzip; gunzip it first";
    } else if (startsWith(first, 'P', 'K', 3, 4)) {
      problem = "is a ZIP archive or a workbook; export it as CSV";
    } else if (startsWith(first, '<')) {
      problem = "is XML; import reads CSV and NDJSON";
    } else if (startsWith(first, '[')) {
      problem =
          "is a JSON array; import reads one JSON object a line, which jq -c '.[]' makes of it";
    } else if (contains(first, 0)) {
      problem = "is no text; import reads CSV and NDJSON";
    } else {
      return;
    }
    throw new UserError("'" + file + "' " + problem + ".");
  }

  private static boolean startsWith(byte[] bytes, int... wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] bytes, int wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }

  private void skipByteOrderMark(byte[] first) throws IOException {
    if (startsWith(first, 0xEF, 0xBB, 0xBF)) {
      in.skipNBytes(3);
      bytesRead += 3;
    }
  }

  /** The next line, empty at the end of the file. */
  Optional<Line> next() {
    if (!putBack.isEmpty()) {
      return Optional.of(putBack.removeFirst());
    }
    try {
      return readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("'" + file + "' could not be read on after line " + number, e);
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
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      return new Line(number, text, true);
    } catch (CharacterCodingException notUtf8) {
      return new Line(number, new String(bytes, 0, length, StandardCharsets.UTF_8), false);
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
