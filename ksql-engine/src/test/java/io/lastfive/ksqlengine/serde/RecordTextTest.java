// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RecordTextTest {
  private static final long NOON = 1_700_000_000_000L;

  private final RecordText text = new RecordText(new InMemorySchemaStore());

  @Test
  void showsTheStartOfAWindowBesideTheKey() {
    assertThat(text.printKey(key("C-1", NOON))).isEqualTo("[C-1@1700000000000/-]");
  }

  @Test
  void showsBothEndsOfASession() {
    // Kafka Streams writes the end first.
    assertThat(text.printKey(key("C-1", NOON + 5, NOON)))
        .isEqualTo("[C-1@1700000000000/1700000000005]");
  }

  @Test
  void showsNumbersWithinWindows() {
    byte[] key = ByteBuffer.allocate(12).putInt(7).putLong(NOON).array();

    assertThat(text.printKey(key)).isEqualTo("[7@1700000000000/-]");
  }

  @Test
  void takesNoOtherKeyForAWindowedOne() {
    assertThat(text.printKey("a longer key".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("a longer key");
    assertThat(text.printKey(ByteBuffer.allocate(8).putLong(NOON).array()))
        .isEqualTo("1700000000000");
    assertThat(text.printKey(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 9}))
        .isEqualTo("0x010000000000000009");
    assertThat(text.printKey(null)).isEqualTo("<null>");
  }

  private static byte[] key(String key, long... times) {
    ByteBuffer bytes = ByteBuffer.allocate(key.length() + times.length * Long.BYTES);
    bytes.put(key.getBytes(StandardCharsets.UTF_8));
    for (long time : times) {
      bytes.putLong(time);
    }
    return bytes.array();
  }
}
