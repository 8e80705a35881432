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
 * One JSON object a line. Objects within are flattened: {@code {"debtor":{"iban":..}}} has the
 * column {@code debtor.iban}.
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

  static NdjsonPaymentFile open(Path file) {
    return new NdjsonPaymentFile(LineReader.open(file));
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
    return line.map(NdjsonPaymentFile::toPaymentRow);
  }

  private static PaymentRow toPaymentRow(LineReader.Line line) {
    if (!line.isUtf8()) {
      return PaymentRow.unreadable(line.number(), line.text(), "is not UTF-8");
    }
    try (JsonParser parser = JSON.createParser(line.text())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return PaymentRow.unreadable(line.number(), line.text(), "is not a JSON object");
      }
      List<PaymentRow.Cell> cells = new ArrayList<>();
      Optional<String> problem = readObject(parser, "", cells);
      if (problem.isEmpty() && parser.nextToken() != null) {
        problem = Optional.of("has something after the JSON object");
      }
      return problem.isPresent()
          ? PaymentRow.unreadable(line.number(), line.text(), problem.get())
          : new PaymentRow(line.number(), cells, line.text(), Optional.empty());
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

  private static Optional<String> readObject(
      JsonParser parser, String prefix, List<PaymentRow.Cell> cells) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = prefix + parser.currentName();
      JsonToken value = parser.nextToken();
      Optional<String> problem = Optional.empty();
      if (value == JsonToken.START_OBJECT) {
        problem = readObject(parser, name + ".", cells);
      } else if (value == JsonToken.START_ARRAY) {
        problem = Optional.of("has a list; a payment's fields are texts and numbers");
      } else if (value != JsonToken.VALUE_NULL) {
        cells.add(new PaymentRow.Cell(name, parser.getText()));
      }
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<String> rejectedHeader() {
    return Optional.empty();
  }

  @Override
  public String rejectedLine(PaymentRow row, String reason) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeNumberField("rejected_line", row.line());
      json.writeStringField("rejected_reason", reason);
      if (row.cells().isEmpty()) {
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
