// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One JSON object a line. Objects and lists within are flattened: {@code {"debtor":{"iban":..}}}
 * has the column {@code debtor.iban}, {@code {"ids":[..]}} the column {@code ids[0]}.
 */
final class NdjsonPaymentFile implements PaymentFile {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final LineReader lines;

  private NdjsonPaymentFile(LineReader lines) {
    this.lines = lines;
  }

  static NdjsonPaymentFile open(Path file, FileFormat format) {
    return new NdjsonPaymentFile(
        LineReader.open(file, PaymentImport.Format.NDJSON, format.encoding()));
  }

  @Override
  public List<String> columns() {
    return List.of();
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public Optional<PaymentRow> next() {
    Optional<LineReader.Line> line = lines.next();
    while (line.isPresent() && line.get().text().isBlank()) {
      line = lines.next();
    }
    return line.map(this::toPaymentRow);
  }

  private PaymentRow toPaymentRow(LineReader.Line line) {
    if (!line.isDecoded()) {
      return PaymentRow.unreadable(line.number(), line.text(), lines.undecodable());
    }
    try (JsonParser parser = JSON.createParser(line.text())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return PaymentRow.unreadable(line.number(), line.text(), "is not a JSON object");
      }
      List<PaymentRow.Cell> cells = new ArrayList<>();
      readObject(parser, "", cells);
      return parser.nextToken() == null
          ? PaymentRow.of(line.number(), cells, line.text())
          : PaymentRow.unreadable(
              line.number(), line.text(), "has something after the JSON object");
    } catch (JsonProcessingException malformed) {
      // Jackson's own message quotes what it read.
      return PaymentRow.unreadable(
          line.number(),
          line.text(),
          "is not valid JSON from column %d on".formatted(malformed.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException("A text in memory could not be read", e);
    }
  }

  private static void readObject(JsonParser parser, String prefix, List<PaymentRow.Cell> cells)
      throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = prefix + parser.currentName();
      readValue(parser, parser.nextToken(), name, cells);
    }
  }

  private static void readList(JsonParser parser, String name, List<PaymentRow.Cell> cells)
      throws IOException {
    int position = 0;
    JsonToken value = parser.nextToken();
    while (value != JsonToken.END_ARRAY) {
      readValue(parser, value, name + "[" + position++ + "]", cells);
      value = parser.nextToken();
    }
  }

  private static void readValue(
      JsonParser parser, JsonToken value, String name, List<PaymentRow.Cell> cells)
      throws IOException {
    if (value == JsonToken.START_OBJECT) {
      readObject(parser, name + ".", cells);
    } else if (value == JsonToken.START_ARRAY) {
      readList(parser, name, cells);
    } else if (value != JsonToken.VALUE_NULL) {
      cells.add(new PaymentRow.Cell(name, parser.getText()));
    }
  }

  @Override
  public Optional<String> rejectedHeader() {
    return Optional.empty();
  }

  @Override
  public String rejectedLine(PaymentRow row, String reason) {
    return rejectedJson(row, reason);
  }

  /** A rejected row as an object that can be imported once it is mended. */
  static String rejectedJson(PaymentRow row, String reason) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeNumberField("rejected_line", row.line());
      if (row.path().isPresent()) {
        json.writeStringField("rejected_path", row.path().get());
      }
      json.writeStringField("rejected_reason", reason);
      if (row.cells().isEmpty() && !row.raw().isEmpty()) {
        json.writeStringField("rejected_text", row.raw());
      }
      for (PaymentRow.Cell cell : row.cells()) {
        json.writeStringField(cell.column(), cell.value());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("A text in memory could not be written", e);
    }
    return line.toString();
  }

  @Override
  public void close() {
    lines.close();
  }
}
