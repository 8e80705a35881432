// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.PrintWriter;

/**
 * Where a command writes: results to standard output, everything else (progress, warnings, errors)
 * to standard error. Colors only on a terminal and without NO_COLOR. Safe for use by many threads:
 * a line is written whole.
 */
public final class Console {
  /** How a piece of text is set apart on a terminal. */
  public enum Style {
    BOLD("1"),
    FAINT("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33"),
    CYAN("36");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  /** Made when a command first writes JSON: Jackson takes a moment to start. */
  private static final class Json {
    static final ObjectMapper MAPPER =
        JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();
  }

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal;
  private final boolean colors;

  public Console(PrintWriter out, PrintWriter err, boolean terminal, boolean colors) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
    this.colors = colors;
  }

  /** Whether a person watches: standard output is a terminal. */
  public boolean isTerminal() {
    return terminal;
  }

  /** The terminal's width in columns; 0 where nobody knows: the launcher tells. */
  public int columns() {
    return Integer.getInteger("lastfive.columns", 0);
  }

  /** The terminal's height in lines; 0 where nobody knows. */
  public int rows() {
    return Integer.getInteger("lastfive.rows", 0);
  }

  /** A line on standard error that shows progress to whoever watches. */
  public LiveLine liveLine() {
    return new LiveLine(err, terminal && CommandRunner.errorIsTerminal(), columns());
  }

  public void print(String line) {
    writeLine(out, line);
  }

  /** One line of JSON on standard output. */
  public void json(Object value) {
    try {
      writeLine(out, Json.MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException unserializable) {
      throw new IllegalArgumentException(
          value.getClass().getName() + " cannot be written as JSON", unserializable);
    }
  }

  /** Progress and other things a person wants to know, on standard error. */
  public void status(String line) {
    writeLine(err, line);
  }

  public void warn(String line) {
    writeLine(err, styledError(Style.YELLOW, "warning: ") + line);
  }

  public void error(String line) {
    writeLine(err, styledError(Style.RED, "error: ") + line);
  }

  /** {@code text} in {@code style} where colors are on. */
  public String styled(Style style, String text) {
    return colors ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
  }

  private String styledError(Style style, String text) {
    return CommandRunner.errorIsTerminal() ? styled(style, text) : text;
  }

  private static void writeLine(PrintWriter writer, String line) {
    synchronized (writer) {
      writer.println(line);
      writer.flush();
    }
  }
}
