// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.pipeline;

import io.lastfive.customersink.CustomerSink;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The topics that payments flow through, in the order of the flow. */
public final class PipelineTopics {
  public static final String NORMALIZED = "PAYMENT-OUTPUT";
  public static final String DEAD_LETTERS = CustomerSink.DEAD_LETTER_TOPIC;

  /** What the payment services write to. */
  public static final List<String> SOURCES =
      Arrays.stream(PaymentEvent.values()).map(PaymentEvent::topic).toList();

  private PipelineTopics() {}

  /** The topic of the table that the sink carries. */
  public static String aggregate(Settings settings) {
    return settings.get(KnownSettings.SINK_TOPIC);
  }

  public static List<String> all(Settings settings) {
    return Stream.concat(SOURCES.stream(), Stream.of(NORMALIZED, aggregate(settings), DEAD_LETTERS))
        .toList();
  }
}
