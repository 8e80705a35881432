// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.strict;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Between bytes, numbers, and text in an encoding. */
final class BytesFunctions {
  private static final String CONVERSIONS = "CONVERSIONS";
  private static final String STRING = "STRING";

  private BytesFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "to_bytes",
            STRING,
            "Decodes a text in an encoding: hex, utf8, ascii or base64.",
            strict(
                "VARCHAR string, VARCHAR encoding -> BYTES",
                a -> ByteBuffer.wrap(decode((String) a[0], (String) a[1])))),
        scalar(
            "from_bytes",
            STRING,
            "Encodes bytes as text: hex, utf8, ascii or base64.",
            strict(
                "BYTES bytes, VARCHAR encoding -> VARCHAR",
                a -> {
                  String text = encode(Bytes.toArray((ByteBuffer) a[0]), (String) a[1]);
                  return isHex((String) a[1]) ? text.toUpperCase(Locale.ROOT) : text;
                })),
        scalar(
            "encode",
            STRING,
            "Takes a text from one encoding to another: hex, utf8, ascii or base64.",
            strict(
                "VARCHAR str, VARCHAR inputEncoding, VARCHAR outputEncoding -> VARCHAR",
                a -> encode(decode((String) a[0], (String) a[1]), (String) a[2]))),
        scalar(
            "int_from_bytes",
            CONVERSIONS,
            "Returns the INT that four bytes are, big endian unless said otherwise.",
            strict("BYTES value -> INT", a -> toInt((ByteBuffer) a[0], ByteOrder.BIG_ENDIAN)),
            strict(
                "BYTES value, VARCHAR byteOrder -> INT", a -> toInt((ByteBuffer) a[0], order(a)))),
        scalar(
            "bigint_from_bytes",
            CONVERSIONS,
            "Returns the BIGINT that eight bytes are, big endian unless said otherwise.",
            strict("BYTES value -> BIGINT", a -> toLong((ByteBuffer) a[0], ByteOrder.BIG_ENDIAN)),
            strict(
                "BYTES value, VARCHAR byteOrder -> BIGINT",
                a -> toLong((ByteBuffer) a[0], order(a)))),
        scalar(
            "double_from_bytes",
            CONVERSIONS,
            "Returns the DOUBLE that eight bytes are, big endian unless said otherwise.",
            strict("BYTES value -> DOUBLE", a -> toDouble((ByteBuffer) a[0], ByteOrder.BIG_ENDIAN)),
            strict(
                "BYTES value, VARCHAR byteOrder -> DOUBLE",
                a -> toDouble((ByteBuffer) a[0], order(a)))));
  }

  private static byte[] decode(String text, String encoding) {
    try {
      return switch (encoding.toLowerCase(Locale.ROOT)) {
        case "hex" -> HexFormat.of().parseHex(hexDigits(text));
        case "utf8" -> text.getBytes(StandardCharsets.UTF_8);
        case "ascii" -> text.getBytes(StandardCharsets.US_ASCII);
        case "base64" -> Base64.getDecoder().decode(text);
        default -> throw unknownEncoding(encoding);
      };
    } catch (IllegalArgumentException e) {
      throw new FunctionException("The text is not in the encoding '" + encoding + "'.");
    }
  }

  private static String encode(byte[] bytes, String encoding) {
    return switch (encoding.toLowerCase(Locale.ROOT)) {
      case "hex" -> HexFormat.of().formatHex(bytes);
      case "utf8" -> new String(bytes, StandardCharsets.UTF_8);
      case "ascii" -> new String(bytes, StandardCharsets.US_ASCII);
      case "base64" -> Base64.getEncoder().encodeToString(bytes);
      default -> throw unknownEncoding(encoding);
    };
  }

  private static boolean isHex(String encoding) {
    return encoding.equalsIgnoreCase("hex");
  }

  /**
   * The digits of {@code 0x1f}, {@code X'1f'} or {@code 1f}; only the first may be an odd number.
   */
  private static String hexDigits(String text) {
    if (text.startsWith("0x")) {
      return text.length() % 2 == 0 ? text.substring(2) : "0" + text.substring(2);
    }
    boolean quoted = text.startsWith("X'") || text.startsWith("x'");
    return quoted && text.endsWith("'") && text.length() > 2
        ? text.substring(2, text.length() - 1)
        : text;
  }

  private static FunctionException unknownEncoding(String encoding) {
    return new FunctionException(
        "'" + encoding + "' is no encoding. Encodings: hex, utf8, ascii, base64.");
  }

  /** Null where the name is none. */
  private static @Nullable ByteOrder order(@Nullable Object[] arguments) {
    String name = String.valueOf(arguments[1]);
    if (name.equalsIgnoreCase("BIG_ENDIAN")) {
      return ByteOrder.BIG_ENDIAN;
    }
    return name.equalsIgnoreCase("LITTLE_ENDIAN") ? ByteOrder.LITTLE_ENDIAN : null;
  }

  private static @Nullable Integer toInt(ByteBuffer bytes, @Nullable ByteOrder order) {
    return order == null || bytes.remaining() != Integer.BYTES
        ? null
        : (Integer) bytes.duplicate().order(order).getInt();
  }

  private static @Nullable Long toLong(ByteBuffer bytes, @Nullable ByteOrder order) {
    return order == null || bytes.remaining() != Long.BYTES
        ? null
        : (Long) bytes.duplicate().order(order).getLong();
  }

  private static @Nullable Double toDouble(ByteBuffer bytes, @Nullable ByteOrder order) {
    return order == null || bytes.remaining() != Double.BYTES
        ? null
        : (Double) bytes.duplicate().order(order).getDouble();
  }
}
