// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTypeTest {
  @ParameterizedTest
  @CsvSource({"20ms,PT0.02S", "30s,PT30S", "5m,PT5M", "2 h,PT2H", "365d,PT8760H"})
  void readsDurationsWithTheirUnit(String text, Duration duration) {
    assertThat(SettingType.DURATION_WITH_UNIT.parser().apply(text)).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "30", "s", "-1s", "1.5s", "1w", "99999999999999d", "999999999999s", "100001d"})
  void refusesDurationsWithoutUnitOrNumber(String text) {
    assertThat(SettingType.DURATION_WITH_UNIT.parser().apply(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:9092", "a:1, b:2", "[::1]:9092", "SASL_SSL://broker-1.example:9093"})
  void readsBrokers(String text) {
    assertThat(SettingType.BOOTSTRAP_SERVERS.parser().apply(text)).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", ":9092", "a:1,", "http://a:b", "a b:1"})
  void refusesWhatIsNoBroker(String text) {
    assertThat(SettingType.BOOTSTRAP_SERVERS.parser().apply(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:8081", "ftp://a", "http://", "http://a b"})
  void refusesWhatIsNoHttpAddress(String text) {
    assertThat(SettingType.HTTP_ADDRESS.parser().apply(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"true,true", "false,false"})
  void readsBooleans(String text, boolean value) {
    assertThat(SettingType.BOOLEAN.parser().apply(text)).contains(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "TRUE", "1"})
  void refusesOtherWordsForBooleans(String text) {
    assertThat(SettingType.BOOLEAN.parser().apply(text)).isEmpty();
  }

  @Test
  void namesTheChoices() {
    Setting<Integer> setting =
        Setting.of("a.b", SettingType.oneOf(Map.of("low", 1, "high", 9)), "low", "How much.");

    assertThat(setting.parse("high")).isEqualTo(9);
    assertThatThrownBy(() -> setting.parse("middle"))
        .isInstanceOf(UserError.class)
        .hasMessage("a.b = 'middle' is not one of high, low. Example: a.b=low");
  }
}
