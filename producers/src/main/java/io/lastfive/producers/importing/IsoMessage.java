// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ISO 20022 messages that order or carry credit transfers. Of their versions those in use are
 * known; what is read of a message has had the same names in all of them.
 */
enum IsoMessage {
  PAIN_001("pain.001", "CstmrCdtTrfInitn", "pain.001.001.02", List.of("03", "09", "11")),
  PACS_008("pacs.008", "FIToFICstmrCdtTrf", "pacs.008.001.01", List.of("02", "08", "10"));

  private final String identifier;
  private final String element;
  private final String firstElement;
  private final List<String> knownVersions;
  private final Pattern knownNamespace;

  /**
   * @param firstElement its name before messages had names
   */
  IsoMessage(String identifier, String element, String firstElement, List<String> knownVersions) {
    this.identifier = identifier;
    this.element = element;
    this.firstElement = firstElement;
    this.knownVersions = knownVersions;
    // Countries have theirs of a version: pain.001.003.03, pain.001.001.03.ch.02.xsd.
    this.knownNamespace =
        Pattern.compile(
            ".*%s\\.\\d{3}\\.(%s)(\\D.*)?"
                .formatted(Pattern.quote(identifier), String.join("|", knownVersions)));
  }

  static Optional<IsoMessage> ofElement(String localName) {
    return Arrays.stream(values())
        .filter(
            message -> message.element.equals(localName) || message.firstElement.equals(localName))
        .findFirst();
  }

  String identifier() {
    return identifier;
  }

  String element() {
    return element;
  }

  /** The amount that control sums are made of. */
  Optional<String> controlledAmount(IsoTexts transaction) {
    return this == PAIN_001
        ? transaction.find("Amt/InstdAmt").or(() -> transaction.find("Amt/EqvtAmt/Amt"))
        : transaction.find("IntrBkSttlmAmt");
  }

  /**
   * What to know of a message in {@code namespace}; empty where it is one of the versions in use.
   */
  Optional<String> noteOn(String namespace) {
    if (knownNamespace.matcher(namespace).matches()) {
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
