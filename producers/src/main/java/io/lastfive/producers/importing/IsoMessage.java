// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The ISO 20022 messages that order or carry credit transfers. */
enum IsoMessage {
  PAIN_001("pain.001", "CstmrCdtTrfInitn", List.of("03", "09", "11")),
  PACS_008("pacs.008", "FIToFICstmrCdtTrf", List.of("02", "08", "10"));

  private final String identifier;
  private final String element;
  private final List<String> knownVersions;

  IsoMessage(String identifier, String element, List<String> knownVersions) {
    this.identifier = identifier;
    this.element = element;
    this.knownVersions = knownVersions;
  }

  static Optional<IsoMessage> ofElement(String localName) {
    return Arrays.stream(values()).filter(message -> message.element.equals(localName)).findFirst();
  }

  String identifier() {
    return identifier;
  }

  String element() {
    return element;
  }

  /**
   * What to know of a message in {@code namespace}; empty where it is one of the versions in use.
   */
  Optional<String> noteOn(String namespace) {
    boolean known =
        knownVersions.stream()
            .anyMatch(version -> namespace.endsWith(identifier + ".001." + version));
    if (known) {
      return Optional.empty();
    }
    String versions =
        String.join(
            ", ", knownVersions.stream().map(version -> identifier + ".001." + version).toList());
    return Optional.of(
        namespace.isEmpty()
            ? "%s has no namespace; read as %s".formatted(element, versions)
            : "namespace '%s' is none of %s; read all the same".formatted(namespace, versions));
  }
}
