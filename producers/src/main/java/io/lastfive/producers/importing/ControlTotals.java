// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many transfers a message or a batch has and what they sum up to, whatever their currencies,
 * beside what it says of itself. A difference is for a person to judge: each transfer stands.
 */
final class ControlTotals {
  private long transfers;
  private BigDecimal sum = BigDecimal.ZERO;
  private boolean allNumbers = true;

  void add(Optional<String> amount) {
    transfers++;
    if (amount.isPresent() && FieldTexts.isPlainNumber(amount.get())) {
      sum = sum.add(new BigDecimal(amount.get()));
    } else {
      allNumbers = false;
    }
  }

  long transfers() {
    return transfers;
  }

  /** What differs from {@code said}, the header of {@code whose}. */
  List<String> differences(String whose, IsoTexts said) {
    List<String> differences = new ArrayList<>();
    Optional<String> count = said.find("NbOfTxs").filter(text -> text.matches("\\d{1,15}"));
    if (count.isPresent() && Long.parseLong(count.get()) != transfers) {
      differences.add(
          "NbOfTxs of %s says %d, and it has %d transfers"
              .formatted(whose, Long.parseLong(count.get()), transfers));
    }
    for (String total : List.of("CtrlSum", "TtlIntrBkSttlmAmt")) {
      Optional<BigDecimal> wanted =
          said.find(total).filter(FieldTexts::isPlainNumber).map(BigDecimal::new);
      if (allNumbers && wanted.isPresent() && wanted.get().compareTo(sum) != 0) {
        differences.add(
            "%s of %s says %s, and its transfers sum up to %s"
                .formatted(total, whose, wanted.get().toPlainString(), sum.toPlainString()));
      }
    }
    return differences;
  }
}
