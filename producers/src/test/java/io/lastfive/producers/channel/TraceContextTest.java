// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
  private static final String SOUND = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @Test
  void takesACallersHeaderAsItIs() {
    assertThat(TraceContext.parse(SOUND).map(TraceContext::traceparent)).contains(SOUND);
    assertThat(TraceContext.parse("01" + SOUND.substring(2) + "-later")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"
      })
  void letsATraceBeginAnewWhereTheHeaderIsNone(String header) {
    assertThat(TraceContext.parse(header)).isEmpty();
  }

  @Test
  void beginsDifferentTraces() {
    TraceContext first = TraceContext.start();

    assertThat(TraceContext.parse(first.traceparent())).contains(first);
    assertThat(TraceContext.start()).isNotEqualTo(first);
  }

  @Test
  void saysWhatATraceparentLooksLike() {
    assertThatThrownBy(() -> new TraceContext("abc", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "traceparent 'abc' is none, such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.");
  }
}
