// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @Test
  void replacesAValueAndRemembersThatTheProgramDid() {
    Settings before = Settings.defaults();

    Settings after = before.with(KnownSettings.PAGE_PORT, 9).with("kafka.linger.ms", "1");

    assertThat(after.get(KnownSettings.PAGE_PORT)).isEqualTo(9);
    assertThat(after.origin(KnownSettings.PAGE_PORT)).isEqualTo(Origin.PROGRAM);
    assertThat(after.kafkaProperties()).containsEntry("linger.ms", "1");
    assertThat(before.get(KnownSettings.PAGE_PORT)).isEqualTo(8080);
  }

  @Test
  void refusesToReplaceWithSomethingElse() {
    assertThatThrownBy(() -> Settings.defaults().with(KnownSettings.PAGE_PORT, -1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "page.port = '-1' is not a port (a number from 0 to 65535). Example: page.port=8080");
  }

  @Test
  void tellsHowToSetWhatHasNoValue() {
    assertThatThrownBy(() -> Settings.defaults().get(KnownSettings.CARD_TOKEN_KEY_FILE))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "card.token.key.file is not set: File that holds card.token.key instead of a setting."
                + " Set it in lastfive.properties, as LASTFIVE_CARD_TOKEN_KEY_FILE or with"
                + " --card.token.key.file=...");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "database.password",
        "card.token.key",
        "ksqldb.password",
        "schema.registry.basic.auth.user.info",
        "kafka.ssl.key.password",
        "kafka.ssl.keystore.key",
        "kafka.sasl.jaas.config",
        "kafka.sasl.oauthbearer.client.credentials.client.secret",
        "kafka.my.login.api.key"
      })
  void neverShowsSecrets(String name) {
    Settings settings = SettingsLoader.load(Optional.empty(), Map.of(), Map.of(name, "hunter2"));

    assertThat(settings.toString()).isEqualTo("Settings{" + name + "=********}");
    assertThat(settings.effective())
        .filteredOn(setting -> setting.name().equals(name))
        .singleElement()
        .extracting(EffectiveSetting::shownValue)
        .isEqualTo(Optional.of("********"));
    assertThat(settings.effective().toString()).doesNotContain("hunter2");
  }

  @Test
  void neverShowsSecretsWithinAddresses() {
    Settings settings =
        Settings.defaults()
            .with(KnownSettings.KSQLDB_URL, "http://me:hunter2@ksql:8088")
            .with(
                KnownSettings.DATABASE_URL,
                "jdbc:postgresql://db/lastfive?user=me&password=hunter2&ssl=true");

    assertThat(settings)
        .hasToString(
            "Settings{database.url=jdbc:postgresql://db/lastfive?user=me&password=********&ssl=true,"
                + " ksqldb.url=http://********@ksql:8088}");
    assertThat(settings.shown(KnownSettings.DATABASE_URL))
        .isEqualTo("jdbc:postgresql://db/lastfive?user=me&password=********&ssl=true");
  }

  @Test
  void listsEveryKnownSettingInTheOrderOfTheFlowAndThenWhatIsPassedThrough() {
    Settings settings = Settings.defaults().with("kafka.linger.ms", "1");

    assertThat(settings.effective())
        .extracting(EffectiveSetting::name)
        .startsWith("kafka.bootstrap.servers", "topics.partitions")
        .endsWith("data.dir", "kafka.linger.ms")
        .hasSize(KnownSettings.all().size() + 1);
  }

  @Test
  void hasDefaultsThatAreValues() {
    assertThat(KnownSettings.all())
        .allSatisfy(
            setting -> assertThat(setting.defaultText().flatMap(setting::problemWith)).isEmpty());
  }
}
