// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.Function.scalar;
import static io.lastfive.ksqlengine.functions.Variant.nullable;
import static io.lastfive.ksqlengine.functions.Variant.strict;

import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Text: cutting, joining, padding, searching. What takes bytes too is beside it. */
final class StringFunctions {
  private static final String CATEGORY = "STRING";
  private static final Pattern UTF_16_CODES = Pattern.compile("(\\\\u[0-9A-Fa-f]{4})+");

  private StringFunctions() {}

  static List<Function<ScalarBody>> all() {
    return List.of(
        scalar(
            "substring",
            CATEGORY,
            "Returns the portion of the string or bytes passed in value.",
            strict(
                    "VARCHAR str 'The source string.', INT pos 'The base-one position to start"
                        + " from.', INT length 'The length to extract.' -> VARCHAR",
                    a -> substring((String) a[0], (int) a[1], (int) a[2]))
                .about("Returns the portion of str that starts at pos and is of length len"),
            strict(
                    "BYTES bytes 'The source bytes.', INT pos 'The base-one position to start"
                        + " from.', INT length 'The length to extract.' -> BYTES",
                    a -> Bytes.slice((ByteBuffer) a[0], (int) a[1], (int) a[2]))
                .about(
                    "Returns the portion of the bytes value that starts at pos and is of length"
                        + " len"),
            strict(
                    "BYTES bytes 'The source bytes.', INT pos 'The base-one position to start"
                        + " from.' -> BYTES",
                    a -> Bytes.slice((ByteBuffer) a[0], (int) a[1], Integer.MAX_VALUE))
                .about(
                    "Returns the portion of the bytes value from pos to the end of the bytes"
                        + " value"),
            strict(
                    "VARCHAR str 'The source string.', INT pos 'The base-one position to start"
                        + " from.' -> VARCHAR",
                    a -> substring((String) a[0], (int) a[1], Integer.MAX_VALUE))
                .about("Returns the portion of str from pos to the end of str")),
        scalar(
            "concat",
            CATEGORY,
            "Joins texts, or bytes. NULL counts as empty.",
            nullable("VARCHAR... inputs -> VARCHAR", StringFunctions::concat),
            nullable("BYTES... inputs -> BYTES", a -> Bytes.join(nonNull(a, 0), new byte[0]))),
        scalar(
            "concat_ws",
            CATEGORY,
            "Joins texts, or bytes, with a separator between them. NULL is left out.",
            nullable("VARCHAR separator, VARCHAR... inputs -> VARCHAR", StringFunctions::join),
            nullable(
                "BYTES separator, BYTES... inputs -> BYTES",
                a ->
                    a[0] == null
                        ? null
                        : Bytes.join(nonNull(a, 1), Bytes.toArray((ByteBuffer) a[0])))),
        scalar(
            "lpad",
            CATEGORY,
            "Pads on the left up to a length; what is longer is cut.",
            strict(
                "VARCHAR input, INT targetLength, VARCHAR padding -> VARCHAR", a -> pad(a, true)),
            strict(
                "BYTES input, INT targetLength, BYTES padding -> BYTES", a -> Bytes.pad(a, true))),
        scalar(
            "rpad",
            CATEGORY,
            "Pads on the right up to a length; what is longer is cut.",
            strict(
                "VARCHAR input, INT targetLength, VARCHAR padding -> VARCHAR", a -> pad(a, false)),
            strict(
                "BYTES input, INT targetLength, BYTES padding -> BYTES", a -> Bytes.pad(a, false))),
        scalar(
            "len",
            CATEGORY,
            "Returns the length of a text, or of bytes.",
            strict("VARCHAR input -> INT", a -> ((String) a[0]).length()),
            strict("BYTES input -> INT", a -> ((ByteBuffer) a[0]).remaining())),
        scalar(
            "lcase",
            CATEGORY,
            "Returns the text in lower case.",
            strict("VARCHAR input -> VARCHAR", a -> ((String) a[0]).toLowerCase(Locale.ROOT))),
        scalar(
            "ucase",
            CATEGORY,
            "Returns the text in upper case.",
            strict("VARCHAR input -> VARCHAR", a -> ((String) a[0]).toUpperCase(Locale.ROOT))),
        scalar(
            "initcap",
            CATEGORY,
            "Returns the text with every word's first letter in upper case, the others in lower.",
            strict("VARCHAR str -> VARCHAR", a -> initcap((String) a[0]))),
        scalar(
            "trim",
            CATEGORY,
            "Removes blanks from both ends.",
            strict("VARCHAR input -> VARCHAR", a -> ((String) a[0]).trim())),
        scalar(
            "replace",
            CATEGORY,
            "Replaces every occurrence of a text by another.",
            strict(
                "VARCHAR str, VARCHAR oldStr, VARCHAR newStr -> VARCHAR",
                a -> ((String) a[0]).replace((String) a[1], (String) a[2]))),
        scalar(
            "instr",
            CATEGORY,
            "Returns the base-one position of a text inside another, 0 where it is not found.",
            strict(
                "VARCHAR str, VARCHAR substring -> INT",
                a -> position((String) a[0], (String) a[1], 1, 1)),
            strict(
                "VARCHAR str, VARCHAR substring, INT position -> INT",
                a -> position((String) a[0], (String) a[1], (int) a[2], 1)),
            strict(
                "VARCHAR str, VARCHAR substring, INT position, INT occurrence -> INT",
                a -> position((String) a[0], (String) a[1], (int) a[2], (int) a[3]))),
        scalar(
            "split",
            CATEGORY,
            "Splits at a delimiter; an empty delimiter splits at every character.",
            strict(
                "VARCHAR string, VARCHAR delimiter -> ARRAY<VARCHAR>",
                a -> split((String) a[0], (String) a[1])),
            strict(
                "BYTES bytes, BYTES delimiter -> ARRAY<BYTES>",
                a -> Bytes.split((ByteBuffer) a[0], (ByteBuffer) a[1]))),
        scalar(
            "split_to_map",
            CATEGORY,
            "Splits a text into entries and these into keys and values.",
            strict(
                "VARCHAR input, VARCHAR entryDelimiter, VARCHAR kvDelimiter"
                    + " -> MAP<VARCHAR, VARCHAR>",
                a -> splitToMap((String) a[0], (String) a[1], (String) a[2]))),
        scalar(
            "chr",
            CATEGORY,
            "Returns the character of a code point, or of its UTF-16 code as text.",
            strict("INT decimalCode -> VARCHAR", a -> character((int) a[0])),
            strict("VARCHAR utf16Code -> VARCHAR", a -> characters((String) a[0]))),
        scalar(
            "elt",
            CATEGORY,
            "Returns the n-th of the texts, from 1.",
            nullable("INT n, VARCHAR... args -> VARCHAR", StringFunctions::element)),
        scalar(
            "field",
            CATEGORY,
            "Returns the position of a text among others, from 1; 0 where it is not there.",
            nullable("VARCHAR str, VARCHAR... args -> INT", StringFunctions::field)),
        scalar(
            "md5",
            CATEGORY,
            "Returns the MD5 hash of a text as hexadecimal digits.",
            strict("VARCHAR s -> VARCHAR", a -> md5((String) a[0]))),
        scalar(
            "uuid",
            CATEGORY,
            "Returns a random UUID, or the one that 16 bytes are.",
            nullable(" -> VARCHAR", a -> UUID.randomUUID().toString()),
            strict("BYTES bytes -> VARCHAR", a -> uuid((ByteBuffer) a[0]))));
  }

  private static String substring(String text, int position, int length) {
    int start = startIndex(text.length(), position);
    return text.substring(start, endIndex(text.length(), start, length));
  }

  /** The index of a position from 1, or from the end where it is negative. */
  static int startIndex(int size, int position) {
    return position < 0 ? Math.max(size + position, 0) : Math.max(Math.min(position - 1, size), 0);
  }

  static int endIndex(int size, int start, int length) {
    return (int) Math.min((long) start + Math.max(length, 0), size);
  }

  private static String concat(@Nullable Object[] texts) {
    StringBuilder joined = new StringBuilder();
    for (Object text : texts) {
      if (text != null) {
        joined.append((String) text);
      }
    }
    return joined.toString();
  }

  private static @Nullable String join(@Nullable Object[] arguments) {
    Object separator = arguments[0];
    return separator == null
        ? null
        : String.join((String) separator, StringFunctions.<String>nonNull(arguments, 1));
  }

  @SuppressWarnings("unchecked") // the signature gives the class of the arguments
  private static <T> List<T> nonNull(@Nullable Object[] arguments, int from) {
    List<T> values = new ArrayList<>(arguments.length);
    for (int i = from; i < arguments.length; i++) {
      if (arguments[i] != null) {
        values.add((T) arguments[i]);
      }
    }
    return values;
  }

  private static @Nullable String pad(@Nullable Object[] a, boolean left) {
    String text = (String) a[0];
    int length = (int) a[1];
    String padding = (String) a[2];
    if (padding.isEmpty() || length < 0) {
      return null;
    }
    if (text.length() >= length) {
      return text.substring(0, length);
    }
    StringBuilder padded = new StringBuilder(length);
    if (!left) {
      padded.append(text);
    }
    for (int i = 0; i < length - text.length(); i++) {
      padded.append(padding.charAt(i % padding.length()));
    }
    return (left ? padded.append(text) : padded).toString();
  }

  private static String initcap(String text) {
    StringBuilder result = new StringBuilder(text.toLowerCase(Locale.ROOT));
    boolean first = true;
    for (int i = 0; i < result.length(); i++) {
      char c = result.charAt(i);
      if (first) {
        result.setCharAt(i, Character.toUpperCase(c));
      }
      first = Character.isWhitespace(c);
    }
    return result.toString();
  }

  private static int position(String text, String part, int position, int occurrence) {
    if (position == 0 || occurrence < 1) {
      return 0;
    }
    boolean forward = position > 0;
    int at = forward ? position - 1 : text.length() + position;
    for (int found = 0; ; at += forward ? 1 : -1) {
      at = forward ? text.indexOf(part, at) : text.lastIndexOf(part, at);
      if (at < 0 || ++found == occurrence) {
        return at + 1;
      }
    }
  }

  private static List<String> split(String text, String delimiter) {
    List<String> parts = new ArrayList<>();
    if (delimiter.isEmpty()) {
      for (int i = 0; i < text.length(); i++) {
        parts.add(text.substring(i, i + 1));
      }
      return parts;
    }
    int start = 0;
    for (int end = text.indexOf(delimiter); end >= 0; end = text.indexOf(delimiter, start)) {
      parts.add(text.substring(start, end));
      start = end + delimiter.length();
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static @Nullable Map<String, String> splitToMap(
      String text, String entryDelimiter, String keyDelimiter) {
    if (entryDelimiter.isEmpty() || keyDelimiter.isEmpty()) {
      return null;
    }
    Map<String, String> map = new LinkedHashMap<>();
    for (String entry : split(text, entryDelimiter)) {
      List<String> parts = split(entry, keyDelimiter);
      if (parts.size() > 1) {
        map.put(parts.get(0), parts.get(1));
      }
    }
    return map;
  }

  private static @Nullable String character(int code) {
    return Character.isValidCodePoint(code) ? Character.toString(code) : null;
  }

  private static @Nullable String characters(String codes) {
    Matcher matcher = UTF_16_CODES.matcher(codes);
    if (!matcher.matches()) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < codes.length(); i += "\\u0000".length()) {
      text.append((char) Integer.parseInt(codes, i + 2, i + 6, 16));
    }
    return text.codePointCount(0, text.length()) == 1 ? text.toString() : null;
  }

  private static @Nullable Object element(@Nullable Object[] arguments) {
    Object n = arguments[0];
    return n == null || (int) n < 1 || (int) n >= arguments.length ? null : arguments[(int) n];
  }

  private static int field(@Nullable Object[] arguments) {
    for (int i = 1; i < arguments.length; i++) {
      if (arguments[0] != null && arguments[0].equals(arguments[i])) {
        return i;
      }
    }
    return 0;
  }

  private static String md5(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no MD5", e);
    }
  }

  private static @Nullable String uuid(ByteBuffer bytes) {
    ByteBuffer copy = bytes.duplicate();
    return copy.remaining() == 2 * Long.BYTES
        ? new UUID(copy.getLong(), copy.getLong()).toString()
        : null;
  }
}
