// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.functions;

import static io.lastfive.ksqlengine.functions.FunctionCall.call;
import static io.lastfive.ksqlengine.functions.FunctionCall.gives;
import static io.lastfive.ksqlengine.functions.FunctionCall.listOf;
import static io.lastfive.ksqlengine.functions.FunctionCall.nullOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.ksqlengine.types.SqlType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TextFunctionsTest {

  @TestFactory
  Stream<DynamicTest> cutsAndPads() {
    return Stream.of(
        gives("stre", "SUBSTRING", "stream", 1, 4),
        gives("ream", "SUBSTRING", "stream", 3),
        gives("am", "SUBSTRING", "stream", -2),
        gives("str", "SUBSTRING", "stream", 0, 3),
        gives("", "SUBSTRING", "stream", 9),
        gives(null, "SUBSTRING", "stream", null),
        gives(bytes("re"), "SUBSTRING", bytes("stream"), 3, 2),
        gives("00123", "LPAD", "123", 5, "0"),
        gives("BarBFoo", "LPAD", "Foo", 7, "Bar"),
        gives("Fo", "LPAD", "Foo", 2, "Bar"),
        gives(null, "LPAD", "Foo", 7, ""),
        gives(null, "LPAD", "Foo", -1, "x"),
        gives("FooBarB", "RPAD", "Foo", 7, "Bar"),
        gives(bytes("--ab"), "LPAD", bytes("ab"), 4, bytes("-")),
        gives(bytes("ab--"), "RPAD", bytes("ab"), 4, bytes("-")),
        gives("mixed Case", "TRIM", "  mixed Case "),
        gives("mixed", "LCASE", "MiXed"),
        gives("MIXED", "UCASE", "MiXed"),
        gives("The  Quick Br0wn-fox", "INITCAP", "the  quick br0wn-FOX"),
        gives(3, "LEN", "abc"),
        gives(2, "LEN", bytes("é")),
        gives(null, "LEN", nullOf(SqlType.STRING)));
  }

  @TestFactory
  Stream<DynamicTest> joinsSplitsAndReplaces() {
    return Stream.of(
        gives("a-c", "CONCAT", "a", null, "-", "c"),
        gives(bytes("ab"), "CONCAT", bytes("a"), bytes("b")),
        gives("apple, banana, date", "CONCAT_WS", ", ", "apple", "banana", null, "date"),
        gives(null, "CONCAT_WS", nullOf(SqlType.STRING), "a", "b"),
        gives(List.of("a", "", "b"), "SPLIT", "a,,b", ","),
        gives(List.of("", "x", ""), "SPLIT", "..x..", ".."),
        gives(List.of("a", "b"), "SPLIT", "ab", ""),
        gives(List.of(""), "SPLIT", "", ","),
        gives(List.of(bytes("a"), bytes("b")), "SPLIT", bytes("a.b"), bytes(".")),
        gives(Map.of("k", "v", "l", "w"), "SPLIT_TO_MAP", "k=v;l=w;x", ";", "="),
        gives(null, "SPLIT_TO_MAP", "k=v", "", "="),
        gives("fee", "REPLACE", "foo", "o", "e"),
        gives("a.c", "REPLACE", "abc", "b", "."));
  }

  @TestFactory
  Stream<DynamicTest> searches() {
    return Stream.of(
        gives(2, "INSTR", "CORPORATE FLOOR", "OR"),
        gives(5, "INSTR", "CORPORATE FLOOR", "OR", 3),
        gives(14, "INSTR", "CORPORATE FLOOR", "OR", 3, 2),
        gives(5, "INSTR", "CORPORATE FLOOR", "OR", -3),
        gives(2, "INSTR", "CORPORATE FLOOR", "OR", -3, 2),
        gives(0, "INSTR", "CORPORATE FLOOR", "MISSING"),
        gives("b", "ELT", 2, "a", "b"),
        gives(null, "ELT", 3, "a", "b"),
        gives(2, "FIELD", "b", "a", "b"),
        gives(0, "FIELD", nullOf(SqlType.STRING), "a", "b"));
  }

  @TestFactory
  Stream<DynamicTest> makesCharactersAndCodes() {
    return Stream.of(
        gives("K", "CHR", 75),
        gives("K", "CHR", "\\u004b"),
        gives("😀", "CHR", "\\ud83d\\ude00"),
        gives(null, "CHR", "75"),
        gives(null, "CHR", -1),
        gives("5d41402abc4b2a76b9719d911017c592", "MD5", "hello"),
        gives("é", "ENCODE", "C3A9", "hex", "utf8"),
        gives("c3a9", "ENCODE", "é", "utf8", "hex"),
        gives("w6k=", "ENCODE", "0xc3a9", "hex", "base64"),
        gives("0c3a", "ENCODE", "0xc3a", "hex", "hex"),
        gives("C3A9", "FROM_BYTES", bytes("é"), "hex"),
        gives(bytes("é"), "TO_BYTES", "X'c3a9'", "hex"),
        gives(258, "INT_FROM_BYTES", hex("00000102")),
        gives(258, "INT_FROM_BYTES", hex("02010000"), "LITTLE_ENDIAN"),
        gives(null, "INT_FROM_BYTES", hex("0102")),
        gives(null, "INT_FROM_BYTES", hex("00000102"), "SIDEWAYS"),
        gives(258L, "BIGINT_FROM_BYTES", hex("0000000000000102")),
        gives(1.0, "DOUBLE_FROM_BYTES", hex("3ff0000000000000")),
        gives(
            "00000000-0000-0001-0000-000000000002",
            "UUID",
            hex("00000000000000010000000000000002")));
  }

  @TestFactory
  Stream<DynamicTest> masks() {
    return Stream.of(
        gives("Xx-Xxxx--nnn", "MASK", "My Test $123"),
        gives("*y *est $111", "MASK", "My Test $123", "*", null, "1", null),
        gives("My Txxx--nnn", "MASK_KEEP_LEFT", "My Test $123", 4),
        gives("Xx-Xxxx-$123", "MASK_KEEP_RIGHT", "My Test $123", 4),
        gives("nnnnnnnnnnnn3456", "MASK_KEEP_RIGHT", "1234567890123456", 4),
        gives("****3456", "MASK_KEEP_RIGHT", "DE123456", 4, "*", "*", "*", "*"),
        gives("Xx-Xest $123", "MASK_LEFT", "My Test $123", 4),
        gives("My Test -nnn", "MASK_RIGHT", "My Test $123", 4),
        gives("ab", "MASK_KEEP_RIGHT", "ab", 4),
        gives(null, "MASK", nullOf(SqlType.STRING)));
  }

  @TestFactory
  Stream<DynamicTest> matchesPatterns() {
    return Stream.of(
        gives("there", "REGEXP_EXTRACT", "(.*) (.*)", "hello there", 2),
        gives("hello", "REGEXP_EXTRACT", "\\w+", "hello there"),
        gives(null, "REGEXP_EXTRACT", "(\\w+)", "hello", 2),
        gives(
            List.of("there", "day"),
            "REGEXP_EXTRACT_ALL",
            "(\\w+) (\\w+)",
            "hello there nice day",
            2),
        gives("x-x", "REGEXP_REPLACE", "aab-ab", "a+b", "x"),
        gives(List.of("", "c", ""), "REGEXP_SPLIT_TO_ARRAY", "abcab", "ab"),
        gives(List.of("a", "b"), "REGEXP_SPLIT_TO_ARRAY", "ab", ""),
        gives(List.of("zxy"), "REGEXP_SPLIT_TO_ARRAY", "zxy", "(ab|cd)"),
        gives(null, "REGEXP_REPLACE", "a", null, "b"));
  }

  @TestFactory
  Stream<DynamicTest> readsJson() {
    String json = "{\"a\": {\"b\": [\"x\", 1.50, {\"c d\": true}]}, \"n\": null}";
    return Stream.of(
        gives("x", "EXTRACTJSONFIELD", json, "$.a.b[0]"),
        gives("1.50", "EXTRACTJSONFIELD", json, "$.a.b[1]"),
        gives("true", "EXTRACTJSONFIELD", json, "$['a'].b[2]['c d']"),
        gives("{\"c d\":true}", "EXTRACTJSONFIELD", json, "$.a.b[2]"),
        gives("null", "EXTRACTJSONFIELD", json, "$.n"),
        gives(null, "EXTRACTJSONFIELD", json, "$.a.b[7]"),
        gives(true, "IS_JSON_STRING", "[1, 2]"),
        gives(false, "IS_JSON_STRING", "abc"),
        gives(false, "IS_JSON_STRING", ""),
        gives(false, "IS_JSON_STRING", nullOf(SqlType.STRING)),
        gives(true, "JSON_ARRAY_CONTAINS", "[1, 2, \"3\"]", 2),
        gives(false, "JSON_ARRAY_CONTAINS", "[1, 2, \"3\"]", 3),
        gives(true, "JSON_ARRAY_CONTAINS", "[null]", null),
        gives(false, "JSON_ARRAY_CONTAINS", "{}", 1),
        gives(3, "JSON_ARRAY_LENGTH", "[1, [1, [2]], 3]"),
        gives(null, "JSON_ARRAY_LENGTH", "{}"),
        gives("{\"a\":{\"3\":4}}", "JSON_CONCAT", "{\"a\": {\"5\": 6}}", "{\"a\": {\"3\": 4}}"),
        gives("[1,2,{\"a\":1}]", "JSON_CONCAT", "[1, 2]", "{\"a\": 1}"),
        gives("[null,null]", "JSON_CONCAT", "null", "null"),
        gives(null, "JSON_CONCAT", null, "[1]"),
        gives(List.of("{\"a\":1}", "2"), "JSON_ITEMS", "[{\"a\": 1}, 2]"),
        gives(List.of("a", "b"), "JSON_KEYS", "{\"a\": 1, \"b\": {\"c\": 2}}"),
        gives(null, "JSON_KEYS", "[]"),
        gives(Map.of("a", "x", "b", "{\"c\":2}"), "JSON_RECORDS", "{\"a\":\"x\",\"b\":{\"c\":2}}"));
  }

  @TestFactory
  Stream<DynamicTest> takesUrlsApart() {
    String url = "https://user@test.com:8080/path/to?a%20b=c%20d&x=1&y#frag%20space";
    return Stream.of(
        gives("frag space", "URL_EXTRACT_FRAGMENT", url),
        gives("test.com", "URL_EXTRACT_HOST", url),
        gives("/path/to", "URL_EXTRACT_PATH", url),
        gives("", "URL_EXTRACT_PATH", "http://test.com"),
        gives(8080, "URL_EXTRACT_PORT", url),
        gives(null, "URL_EXTRACT_PORT", "http://test.com"),
        gives("https", "URL_EXTRACT_PROTOCOL", url),
        gives(null, "URL_EXTRACT_PROTOCOL", "not a url"),
        gives("a b=c d&x=1&y", "URL_EXTRACT_QUERY", url),
        gives("c d", "URL_EXTRACT_PARAMETER", url, "a b"),
        gives(null, "URL_EXTRACT_PARAMETER", url, "y"),
        gives("%3Ffoo+%24bar", "URL_ENCODE_PARAM", "?foo $bar"),
        gives("?foo $bar", "URL_DECODE_PARAM", "%3Ffoo+%24bar"));
  }

  @Test
  void saysWhatIsWrongWithSettingsAndNotWhatTheRowHolds() {
    assertThatThrownBy(() -> call("REGEXP_EXTRACT", "(", "secret"))
        .isInstanceOf(FunctionException.class)
        .hasMessage("Invalid regular expression pattern: (");
    assertThatThrownBy(() -> call("EXTRACTJSONFIELD", "{}", "a.b"))
        .hasMessage("Invalid JSON path: 'a.b'. Paths are like $.field.list[0]['other field'].");
    assertThatThrownBy(() -> call("EXTRACTJSONFIELD", "secret", "$.b"))
        .hasMessage("Invalid JSON format");
    assertThatThrownBy(() -> call("TO_BYTES", "secret", "rot13"))
        .hasMessage("'rot13' is no encoding. Encodings: hex, utf8, ascii, base64.");
    assertThatThrownBy(() -> call("TO_BYTES", "abc", "hex"))
        .hasMessage("The text is not in the encoding 'hex'.");
    assertThatThrownBy(() -> call("TO_BYTES", "X'", "hex"))
        .hasMessage("The text is not in the encoding 'hex'.");
    assertThatThrownBy(() -> call("MASK_LEFT", "secret", -1))
        .hasMessage("mask_left requires a non-negative number of characters.");
  }

  @Test
  void makesRandomUuids() {
    assertThat((String) call("UUID")).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(listOf(call("UUID"))).isNotEqualTo(listOf(call("UUID")));
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ByteBuffer hex(String digits) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(digits));
  }
}
