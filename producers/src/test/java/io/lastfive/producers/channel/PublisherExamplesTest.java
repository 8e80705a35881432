// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherExamplesTest {
  private static final String CHANNEL = "java/io/lastfive/producers/channel";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "creditcard/CreditCardPaymentPublisher",
        "banktransfer/BankTransferPaymentPublisher"
      })
  void standInTheJavadocAsTheyAreCompiled(String name) throws Exception {
    String publisher = Files.readString(Path.of("src/main", CHANNEL, name + ".java"));
    String compiled =
        between(
            Files.readString(Path.of("src/test", CHANNEL, "PublisherExamples.java")),
            "// example: " + name + "\n",
            "    // end");

    String shown =
        between(publisher, "<pre>{@code\n", " * }</pre>")
            .lines()
            .map(line -> line.substring(Math.min(3, line.length())))
            .collect(Collectors.joining("\n", "", "\n"));

    assertThat(shown.strip()).isEqualTo(compiled.stripTrailing().stripIndent());
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
