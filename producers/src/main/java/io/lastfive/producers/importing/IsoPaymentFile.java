// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.UserError;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;

/**
 * The transfers of pain.001 and pacs.008 messages, streamed: a file of any size needs the memory of
 * one transfer. Rejected ones are written as NDJSON, which can be imported once mended. Where the
 * file is cut off or broken, the transfers before it stand and the place is a rejected row.
 */
final class IsoPaymentFile implements PaymentFile {
  private static final int TAIL = 1024;

  private final Path file;
  private final Counting in;
  private final Charset encoding;
  private final IsoMessageReader messages;
  private final IsoFields fields;
  private boolean broken;

  private IsoPaymentFile(
      Path file, Counting in, Charset encoding, IsoMessageReader messages, IsoFields fields) {
    this.file = file;
    this.in = in;
    this.encoding = encoding;
    this.messages = messages;
    this.fields = fields;
  }

  static IsoPaymentFile open(Path file, FileFormat format, CustomerSource customers) {
    Counting in = new Counting(FileStart.open(file, PaymentImport.Format.XML));
    try {
      in.skipWhiteSpace();
      XmlText text = XmlText.of(file, in, format.saidEncoding());
      return new IsoPaymentFile(
          file,
          in,
          text.encoding(),
          new IsoMessageReader(file, SafeXml.reader(text.reader())),
          new IsoFields(customers));
    } catch (UserError refused) {
      in.closeQuietly();
      throw refused;
    } catch (IOException | XMLStreamException unreadable) {
      in.closeQuietly();
      throw new UserError(
          "'" + file + "' cannot be read as XML from its first line on.", unreadable);
    }
  }

  @Override
  public List<String> columns() {
    return List.of();
  }

  @Override
  public long bytesRead() {
    return in.count;
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>(messages.notes());
    if (fields.maskedTexts() > 0) {
      notes.add(
          "what reads as a card number was masked in %d references and remittances"
              .formatted(fields.maskedTexts()));
    }
    return notes;
  }

  @Override
  public Optional<PaymentRow> next() {
    if (broken) {
      return Optional.empty();
    }
    try {
      return messages.next().map(fields::row);
    } catch (XMLStreamException malformed) {
      broken = true;
      return Optional.of(brokenHere(malformed));
    }
  }

  /** The parser's own message may quote what it read. */
  private PaymentRow brokenHere(XMLStreamException malformed) {
    Throwable cause = malformed.getNestedException();
    if (cause instanceof IOException unreadable && !(cause instanceof CharacterCodingException)) {
      throw new UserError(
          "'%s' cannot be read on after line %d: %s. Import it again with --resume once it can."
              .formatted(file, messages.line(), unreadable),
          unreadable);
    }
    return new PaymentRow(
        messages.line(),
        Optional.of(messages.place()),
        List.of(),
        "",
        Optional.of(problem(malformed, cause instanceof CharacterCodingException)));
  }

  private String problem(XMLStreamException malformed, boolean wrongBytes) {
    if (wrongBytes) {
      return "the file is not in the encoding that it says (%s); nothing from about here on can be read. Say which it is with file.encoding, such as windows-1252, in a file for --mapping"
          .formatted(encoding.name());
    }
    return endsWithItsRoot()
        ? "is no well-formed XML in column %d; nothing after it can be read"
            .formatted(malformed.getLocation().getColumnNumber())
        : "the file ends in the middle of a message: it was cut off";
  }

  private boolean endsWithItsRoot() {
    try (RandomAccessFile end = new RandomAccessFile(file.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(TAIL, end.length())];
      end.seek(end.length() - tail.length);
      end.readFully(tail);
      // Two bytes a character or one: names of ISO 20022 are ASCII.
      String text = new String(tail, StandardCharsets.ISO_8859_1).replace("\0", "");
      int closing = text.lastIndexOf("</");
      return closing >= 0
          && text.substring(closing)
              .strip()
              .replaceAll("\\s", "")
              .matches("</([^:>]*:)?" + Pattern.quote(messages.root()) + ">(<!--.*-->)?");
    } catch (IOException unreadable) {
      throw new UserError("'%s' cannot be read on: %s.".formatted(file, unreadable), unreadable);
    }
  }

  @Override
  public Optional<String> rejectedHeader() {
    return Optional.empty();
  }

  @Override
  public String rejectedLine(PaymentRow row, String reason) {
    return NdjsonPaymentFile.rejectedJson(row, reason);
  }

  @Override
  public void close() {
    in.closeQuietly();
  }

  /** Counts what is read. */
  private static final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    /** Some programs write a line break before the XML declaration, which no parser takes. */
    void skipWhiteSpace() throws IOException {
      in.mark(4096);
      int start = FileStart.firstVisible(in.readNBytes(4096));
      in.reset();
      in.skipNBytes(start);
      count = start;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      count += Math.max(0, read);
      return read;
    }

    void closeQuietly() {
      try {
        close();
      } catch (IOException e) {
        throw new UncheckedIOException("A file that was read could not be closed", e);
      }
    }
  }
}
