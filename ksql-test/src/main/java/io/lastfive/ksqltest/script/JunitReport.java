// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results as the XML that CI servers read: a suite a file, a test case a test. */
public final class JunitReport {
  private JunitReport() {}

  /** Writes the file anew; the folders above it are made where they are missing. */
  public static void write(List<TestResult> results, Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try (Writer text = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      write(results, xml);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException("the report could not be written", e);
    }
  }

  private static void write(List<TestResult> results, XMLStreamWriter xml)
      throws XMLStreamException {
    Map<String, List<TestResult>> byFile =
        results.stream()
            .collect(
                Collectors.groupingBy(TestResult::file, LinkedHashMap::new, Collectors.toList()));
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuites");
    writeCounts(results, xml);
    for (Map.Entry<String, List<TestResult>> file : byFile.entrySet()) {
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", printable(file.getKey()));
      writeCounts(file.getValue(), xml);
      for (TestResult result : file.getValue()) {
        writeCase(result, xml);
      }
      xml.writeEndElement();
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private static void writeCounts(List<TestResult> results, XMLStreamWriter xml)
      throws XMLStreamException {
    long failed = results.stream().filter(result -> !result.passed()).count();
    xml.writeAttribute("tests", Integer.toString(results.size()));
    xml.writeAttribute("failures", Long.toString(failed));
    xml.writeAttribute("errors", "0");
    xml.writeAttribute(
        "time",
        seconds(results.stream().map(TestResult::took).reduce(Duration.ZERO, Duration::plus)));
  }

  private static void writeCase(TestResult result, XMLStreamWriter xml) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", printable(result.file()));
    xml.writeAttribute("name", printable(result.name()));
    xml.writeAttribute("time", seconds(result.took()));
    if (result.failure().isPresent()) {
      String failure = printable(result.failure().get());
      xml.writeStartElement("failure");
      xml.writeAttribute("message", failure.lines().findFirst().orElse(""));
      xml.writeCharacters(failure);
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
  }

  /** What XML 1.0 cannot hold becomes a question mark. */
  private static String printable(String text) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .map(
            character ->
                character == '\t'
                        || character == '\n'
                        || character == '\r'
                        || (character >= 0x20
                            && character != 0xFFFE
                            && character != 0xFFFF
                            && (character < 0xD800 || character > 0xDFFF))
                    ? character
                    : '?')
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }
}
