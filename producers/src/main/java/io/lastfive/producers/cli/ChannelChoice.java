// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.UserError;
import java.util.EnumSet;
import java.util.Set;

/** The short names of channels on the command line. */
final class ChannelChoice {
  private ChannelChoice() {}

  static Set<PaymentEvent> parse(String text) {
    return switch (text) {
      case "cc" -> EnumSet.of(PaymentEvent.CREDIT_CARD);
      case "bank" -> EnumSet.of(PaymentEvent.BANK_TRANSFER);
      case "all" -> EnumSet.allOf(PaymentEvent.class);
      default ->
          throw new UserError("channel = '%s' is none. Channels: cc, bank, all.".formatted(text));
    };
  }

  static String shortName(PaymentEvent channel) {
    return switch (channel) {
      case CREDIT_CARD -> "cc";
      case BANK_TRANSFER -> "bank";
    };
  }
}
