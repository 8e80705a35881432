// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardTokenizerTest {
  private static final String KEY = "000102030405060708090a0b0c0d0e0f";
  private static final String HOW_TO_FIX =
      " Set card.token.key to 64 hexadecimal digits (openssl rand -hex 32 makes them), or card.token.key.file to a file that"
          + " holds them; keep the key, or the same card gets another token.";

  @TempDir Path folder;

  @Test
  void givesTheSameCardTheSameTokenHoweverItIsWritten() {
    CardTokenizer tokenizer =
        CardTokenizer.from(settings().with(KnownSettings.CARD_TOKEN_KEY, KEY));

    String token = tokenizer.token(CardNumber.of("4111111111111111"));

    // printf 4111111111111111 | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY
    assertThat(token)
        .isEqualTo("033d75802f5b51d36980fde8cf982496259bea338b1681c62909ee8319886bd6")
        .isEqualTo(tokenizer.token(CardNumber.of("4111 1111 1111 1111")));
  }

  @Test
  void readsTheKeyFromTheFileThatTheSettingsName() throws Exception {
    Path file = Files.writeString(folder.resolve("key"), KEY + "\n");
    CardTokenizer fromFile =
        CardTokenizer.from(settings().with(KnownSettings.CARD_TOKEN_KEY_FILE, file));

    assertThat(fromFile.token(CardNumber.of("4111111111111111")))
        .isEqualTo("033d75802f5b51d36980fde8cf982496259bea338b1681c62909ee8319886bd6");
  }

  @Test
  void takesTheKeyThatTheEmbeddedStackMade() throws Exception {
    Files.writeString(folder.resolve("card.token.key"), KEY + "\n");

    assertThat(CardTokenizer.from(settings()).token(CardNumber.of("4111111111111111")))
        .isEqualTo("033d75802f5b51d36980fde8cf982496259bea338b1681c62909ee8319886bd6");
  }

  @Test
  void refusesToWorkWithoutAKey() {
    assertThatThrownBy(() -> CardTokenizer.from(settings()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "card.token.key is not set, and without it card numbers cannot be turned into tokens."
                + HOW_TO_FIX);
  }

  @Test
  void refusesAKeyThatIsNoneWithoutShowingIt() {
    assertThatThrownBy(
            () -> CardTokenizer.from(settings().with(KnownSettings.CARD_TOKEN_KEY, "my secret")))
        .isInstanceOf(UserError.class)
        .hasMessage("card.token.key does not hold pairs of hexadecimal digits." + HOW_TO_FIX)
        .hasNoCause();
    assertThatThrownBy(
            () -> CardTokenizer.from(settings().with(KnownSettings.CARD_TOKEN_KEY, "00ff")))
        .isInstanceOf(UserError.class)
        .hasMessage("card.token.key holds 2 bytes; a key needs 16 or more." + HOW_TO_FIX);
  }

  @Test
  void namesTheKeyFileThatCannotBeRead() {
    Path missing = folder.resolve("missing");

    assertThatThrownBy(
            () -> CardTokenizer.from(settings().with(KnownSettings.CARD_TOKEN_KEY_FILE, missing)))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Card token key file '"
                + missing
                + "' cannot be read: java.nio.file.NoSuchFileException: "
                + missing
                + "."
                + HOW_TO_FIX);
  }

  private Settings settings() {
    return Settings.defaults().with(KnownSettings.DATA_DIR, folder);
  }
}
