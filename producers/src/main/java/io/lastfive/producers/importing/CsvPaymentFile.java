// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.Shown;
import io.lastfive.settings.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * CSV as RFC 4180 has it: quotes around fields that hold separators, quotes (doubled) or line
 * breaks. Unless the mapping says it, the separator is the one that the header has most of, of
 * comma, semicolon, tab and bar. A quote that is never closed costs its own line only.
 */
final class CsvPaymentFile implements PaymentFile {
  private static final int MOST_LINES_OF_A_ROW = 100;

  private final LineReader lines;
  private final char separator;
  private final List<String> columns;

  private CsvPaymentFile(LineReader lines, char separator, List<String> columns) {
    this.lines = lines;
    this.separator = separator;
    this.columns = List.copyOf(columns);
  }

  static CsvPaymentFile open(Path file, FileFormat format) {
    LineReader lines = LineReader.open(file, PaymentImport.Format.CSV, format.encoding());
    try {
      for (int i = 0; i < format.skippedLines(); i++) {
        var unused = lines.next();
      }
      LineReader.Line header =
          nextNotBlank(lines)
              .orElseThrow(() -> new UserError("'" + file + "' holds blank lines only."));
      char separator = format.separator().orElseGet(() -> mostFrequent(header.text()));
      Row row = new Splitter(lines, separator).split(header);
      if (row.problem.isPresent()) {
        throw new UserError(
            "'%s' line %d: the header cannot be read: %s."
                .formatted(file, header.number(), row.problem.get()));
      }
      return new CsvPaymentFile(lines, separator, row.cells.stream().map(String::strip).toList());
    } catch (RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  private static Optional<LineReader.Line> nextNotBlank(LineReader lines) {
    Optional<LineReader.Line> line = lines.next();
    while (line.isPresent() && line.get().text().isBlank()) {
      line = lines.next();
    }
    return line;
  }

  private static char mostFrequent(String header) {
    char best = ',';
    for (char candidate : new char[] {';', '\t', '|'}) {
      if (count(header, candidate) > count(header, best)) {
        best = candidate;
      }
    }
    return best;
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(c -> c == wanted).count();
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public long bytesRead() {
    return lines.bytesRead();
  }

  @Override
  public Optional<PaymentRow> next() {
    return nextNotBlank(lines).map(this::toPaymentRow);
  }

  private PaymentRow toPaymentRow(LineReader.Line line) {
    Row row = new Splitter(lines, separator).split(line);
    if (row.problem.isPresent()) {
      return PaymentRow.unreadable(line.number(), row.raw, row.problem.get());
    }
    if (row.cells.size() != columns.size()) {
      return PaymentRow.unreadable(
          line.number(),
          row.raw,
          "has %d columns, the header has %d".formatted(row.cells.size(), columns.size()));
    }
    List<PaymentRow.Cell> cells = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      cells.add(new PaymentRow.Cell(columns.get(i), row.cells.get(i)));
    }
    return PaymentRow.of(line.number(), cells, row.raw);
  }

  @Override
  public Optional<String> rejectedHeader() {
    List<String> header = new ArrayList<>(columns);
    header.add("rejected_line");
    header.add("rejected_reason");
    return Optional.of(joined(header));
  }

  @Override
  public String rejectedLine(PaymentRow row, String reason) {
    List<String> cells = new ArrayList<>();
    row.cells().forEach(cell -> cells.add(cell.value()));
    if (cells.isEmpty()) {
      cells.add(row.raw());
    }
    while (cells.size() < columns.size()) {
      cells.add("");
    }
    cells.add(Long.toString(row.line()));
    cells.add(reason);
    return joined(cells);
  }

  private String joined(List<String> cells) {
    return String.join(
        String.valueOf(separator), cells.stream().map(this::quotedWhereNeeded).toList());
  }

  private String quotedWhereNeeded(String cell) {
    boolean needed =
        cell.indexOf(separator) >= 0
            || cell.indexOf('"') >= 0
            || cell.indexOf('\n') >= 0
            || cell.indexOf('\r') >= 0;
    return needed ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }

  @Override
  public void close() {
    lines.close();
  }

  /** The cells of a row that begins with one line, or why it has none. */
  private record Row(List<String> cells, String raw, Optional<String> problem) {}

  /** Takes one row apart, and reads on where a quoted cell has line breaks. */
  private static final class Splitter {
    private final LineReader lines;
    private final char separator;
    private final List<String> cells = new ArrayList<>();
    private final StringBuilder cell = new StringBuilder();
    private final List<LineReader.Line> further = new ArrayList<>();
    private boolean quoted;
    private int quotedColumn;
    private boolean closed;

    Splitter(LineReader lines, char separator) {
      this.lines = lines;
      this.separator = separator;
    }

    Row split(LineReader.Line first) {
      LineReader.Line line = first;
      while (true) {
        Optional<String> problem =
            line.isDecoded() ? splitLine(line.text()) : Optional.of(lines.undecodable());
        if (problem.isPresent()) {
          return further.isEmpty() ? failed(first, problem.get()) : neverClosed(first);
        }
        if (!quoted) {
          cells.add(cell.toString());
          return new Row(cells, raw(first), Optional.empty());
        }
        Optional<LineReader.Line> next =
            further.size() < MOST_LINES_OF_A_ROW ? lines.next() : Optional.empty();
        if (next.isEmpty()) {
          return neverClosed(first);
        }
        cell.append('\n');
        line = next.get();
        further.add(line);
      }
    }

    private Row neverClosed(LineReader.Line first) {
      return failed(first, "has a quote in column %d that is never closed".formatted(quotedColumn));
    }

    /** The lines after the first are rows of their own again. */
    private Row failed(LineReader.Line first, String problem) {
      lines.putBack(further);
      return new Row(List.of(), first.text(), Optional.of(problem));
    }

    private String raw(LineReader.Line first) {
      StringBuilder raw = new StringBuilder(first.text());
      further.forEach(line -> raw.append('\n').append(line.text()));
      return raw.toString();
    }

    private Optional<String> splitLine(String line) {
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (quoted) {
          boolean doubled = c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"';
          if (c == '"' && !doubled) {
            quoted = false;
            closed = true;
          } else {
            cell.append(c);
            i += doubled ? 1 : 0;
          }
        } else if (c == separator) {
          cells.add(cell.toString());
          cell.setLength(0);
          closed = false;
        } else if (c == '"' && cell.toString().isBlank() && !closed) {
          cell.setLength(0);
          quoted = true;
          quotedColumn = cells.size() + 1;
        } else if (closed && c != ' ') {
          return Optional.of(
              "has %s after the closing quote of column %d"
                  .formatted(Shown.quoted(String.valueOf(c)), cells.size() + 1));
        } else if (!closed) {
          cell.append(c);
        }
      }
      return Optional.empty();
    }
  }
}
