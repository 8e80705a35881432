// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel.creditcard;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns a card number into its token: HMAC-SHA-256 of the digits with a secret key, in 64
 * hexadecimal digits. The same card has the same token under the same key, and without the key a
 * token leads nowhere. Thread-safe.
 */
public final class CardTokenizer {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHORTEST_KEY = 16;

  /** The key that the embedded stack makes, so that nothing has to be configured on one machine. */
  private static final String FILE_IN_DATA_DIR = "card.token.key";

  private static final String HOW_TO_FIX =
      " Set card.token.key to 64 hexadecimal digits (openssl rand -hex 32 makes them), or card.token.key.file to a file that"
          + " holds them; keep the key, or the same card gets another token.";

  /** A Mac is not thread-safe and costs more to make than to use. */
  private final ThreadLocal<Mac> macs;

  private CardTokenizer(byte[] key) {
    SecretKeySpec keySpec = new SecretKeySpec(key, ALGORITHM);
    this.macs = ThreadLocal.withInitial(() -> mac(keySpec));
  }

  /**
   * With the key from {@code card.token.key}, {@code card.token.key.file} or the data folder. A
   * {@link UserError} where there is none.
   */
  public static CardTokenizer from(Settings settings) {
    Optional<String> key = settings.find(KnownSettings.CARD_TOKEN_KEY);
    if (key.isPresent()) {
      return withHexKey("card.token.key", key.get());
    }
    Path inDataFolder = settings.get(KnownSettings.DATA_DIR).resolve(FILE_IN_DATA_DIR);
    Optional<Path> named = settings.find(KnownSettings.CARD_TOKEN_KEY_FILE);
    if (named.isEmpty() && !Files.exists(inDataFolder)) {
      throw new UserError(
          "card.token.key is not set, and without it card numbers cannot be turned into tokens."
              + HOW_TO_FIX);
    }
    Path file = named.orElse(inDataFolder);
    try {
      return withHexKey(
          "Card token key file '" + file + "'", Files.readString(file, StandardCharsets.US_ASCII));
    } catch (IOException unreadable) {
      throw new UserError(
          "Card token key file '" + file + "' cannot be read: " + unreadable + "." + HOW_TO_FIX,
          unreadable);
    }
  }

  /** With {@code key} of at least 16 bytes. */
  public static CardTokenizer withKey(byte[] key) {
    if (key.length < SHORTEST_KEY) {
      throw new UserError(
          "A card token key of %d bytes is too short; it needs 16 or more.%s"
              .formatted(key.length, HOW_TO_FIX));
    }
    return new CardTokenizer(key);
  }

  private static CardTokenizer withHexKey(String place, String hex) {
    byte[] key;
    try {
      key = HexFormat.of().parseHex(hex.strip());
    } catch (IllegalArgumentException notHex) {
      // The cause's message would show the key.
      throw new UserError(place + " does not hold pairs of hexadecimal digits." + HOW_TO_FIX);
    }
    if (key.length < SHORTEST_KEY) {
      throw new UserError(
          "%s holds %d bytes; a key needs 16 or more.%s".formatted(place, key.length, HOW_TO_FIX));
    }
    return new CardTokenizer(key);
  }

  public String token(CardNumber cardNumber) {
    byte[] hash = macs.get().doFinal(cardNumber.digitsAsBytes());
    return HexFormat.of().formatHex(hash);
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM + ".", e);
    }
  }
}
