// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JunitReportTest {
  @TempDir private Path folder;

  @Test
  void writesASuiteAFileAndACaseATest() throws Exception {
    Path file = folder.resolve("made/on/the/way.xml");

    JunitReport.write(
        List.of(
            new TestResult("a.sql", "passes", Duration.ofMillis(1500), Optional.empty()),
            new TestResult(
                "a.sql",
                "<fails>",
                Duration.ofMillis(20),
                Optional.of("first & \"last\"\n\u0001 2")),
            new TestResult("cases/b", "b", Duration.ZERO, Optional.empty())),
        file);

    assertThat(Files.readString(file))
        .isEqualTo(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                + "<testsuites tests=\"3\" failures=\"1\" errors=\"0\" time=\"1.520\">"
                + "<testsuite name=\"a.sql\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"1.520\">"
                + "<testcase classname=\"a.sql\" name=\"passes\" time=\"1.500\"></testcase>"
                + "<testcase classname=\"a.sql\" name=\"&lt;fails&gt;\" time=\"0.020\">"
                + "<failure message=\"first &amp; &quot;last&quot;\">first &amp; \"last\"\n? 2</failure>"
                + "</testcase></testsuite>"
                + "<testsuite name=\"cases/b\" tests=\"1\" failures=\"0\" errors=\"0\" time=\"0.000\">"
                + "<testcase classname=\"cases/b\" name=\"b\" time=\"0.000\"></testcase></testsuite>"
                + "</testsuites>");
  }
}
