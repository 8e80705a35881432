// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.serde;

import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of any topic as PRINT shows them: nobody has said what format they have, so each
 * is looked at. Avro where it begins with the id of a registered Avro schema; text where it is
 * text; a number where it is as long as one; hexadecimal digits otherwise.
 */
public final class RecordText {
  private final SchemaStore registry;

  public RecordText(SchemaStore registry) {
    this.registry = registry;
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
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.chars().allMatch(c -> c >= ' ' || Character.isWhitespace(c))) {
        return text;
      }
    } catch (CharacterCodingException e) {
      return number(bytes);
    }
    return number(bytes);
  }

  private static String number(byte[] bytes) {
    return switch (bytes.length) {
      case Integer.BYTES -> String.valueOf(ByteBuffer.wrap(bytes).getInt());
      case Long.BYTES -> String.valueOf(ByteBuffer.wrap(bytes).getLong());
      default -> "0x" + HexFormat.of().formatHex(bytes);
    };
  }
}
