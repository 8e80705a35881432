// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of any topic as PRINT shows them: nobody has said what format they have, so each
 * is looked at. Avro where it begins with the id of a registered Avro schema; text where it is
 * text; a number where it is as long as one; hexadecimal digits otherwise. A key that ends in the
 * times of a window is shown with them: {@code [C-1@1700000000000/-]}, as those of hopping and
 * tumbling windows have only the start, {@code [C-1@1700000000000/1700000360000]} of a session.
 */
public final class RecordText {
  /** Times before 1990 or after 2100 are no window's, but a piece of something else. */
  private static final long EARLIEST_WINDOW = 631_152_000_000L;

  private static final long LATEST_WINDOW = 4_102_444_800_000L;

  private final SchemaStore registry;

  public RecordText(SchemaStore registry) {
    this.registry = registry;
  }

  /** A key, which may be of a windowed table. */
  public String printKey(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length <= Long.BYTES || text(bytes).isPresent()) {
      return print(bytes);
    }
    // Kafka Streams writes key + start, and for sessions key + end + start.
    OptionalLong start = windowTime(bytes, Long.BYTES);
    if (start.isEmpty()) {
      return print(bytes);
    }
    OptionalLong end =
        bytes.length > 2 * Long.BYTES ? windowTime(bytes, 2 * Long.BYTES) : OptionalLong.empty();
    boolean session = end.isPresent() && end.getAsLong() >= start.getAsLong();
    int times = session ? 2 * Long.BYTES : Long.BYTES;
    return "["
        + print(Arrays.copyOf(bytes, bytes.length - times))
        + "@"
        + start.getAsLong()
        + "/"
        + (session ? String.valueOf(end.getAsLong()) : "-")
        + "]";
  }

  private static OptionalLong windowTime(byte[] bytes, int fromEnd) {
    long time = ByteBuffer.wrap(bytes, bytes.length - fromEnd, Long.BYTES).getLong();
    return time >= EARLIEST_WINDOW && time <= LATEST_WINDOW
        ? OptionalLong.of(time)
        : OptionalLong.empty();
  }

  public String print(byte @Nullable [] bytes) {
    if (bytes == null) {
      return "<null>";
    }
    if (bytes.length > WireFormat.LENGTH && bytes[0] == 0 && registry.available()) {
      try {
        return AvroJson.print(bytes, registry);
      } catch (UnreadableRecordException e) {
        return printOther(bytes);
      }
    }
    return printOther(bytes);
  }

  private static String printOther(byte[] bytes) {
    return text(bytes).orElseGet(() -> number(bytes));
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.chars().allMatch(c -> c >= ' ' || Character.isWhitespace(c))
          ? Optional.of(text)
          : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String number(byte[] bytes) {
    return switch (bytes.length) {
      case Integer.BYTES -> String.valueOf(ByteBuffer.wrap(bytes).getInt());
      case Long.BYTES -> String.valueOf(ByteBuffer.wrap(bytes).getLong());
      default -> "0x" + HexFormat.of().formatHex(bytes);
    };
  }
}
