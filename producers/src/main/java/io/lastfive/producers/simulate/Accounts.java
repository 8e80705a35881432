// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.producers.channel.CardShapedText;
import io.lastfive.producers.channel.banktransfer.Iban;
import io.lastfive.producers.channel.creditcard.CardNumber;
import io.lastfive.producers.channel.creditcard.CardTokenizer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The customers with their cards and accounts. Each comes from the seed and its number alone, and
 * is made when it first pays. Above {@link #MOST} customers several have the same card and account,
 * so that memory stays bounded.
 */
final class Accounts {
  static final int MOST = 1 << 16;

  /** One customer's account with everything a payment needs. */
  record Account(
      String customerId,
      String name,
      Country country,
      Country.Bank bank,
      String cardNumberMasked,
      String cardToken,
      String cardScheme,
      String iban) {}

  private final long seed;
  private final CardTokenizer tokenizer;
  private final @Nullable Account[] made;

  Accounts(long seed, int customers) {
    this.seed = seed;
    this.tokenizer = CardTokenizer.withKey(tokenKey(seed));
    this.made = new Account[Math.min(customers, MOST)];
  }

  /** The key of the tokens: test cards never share one with real cards. */
  private static byte[] tokenKey(long seed) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(("lastfive simulation " + seed).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256.", e);
    }
  }

  Account of(int customer) {
    int number = customer % made.length;
    Account account = made[number];
    if (account == null) {
      account = make(number);
      made[number] = account;
    }
    return account;
  }

  static String customerId(int customer) {
    String digits = Integer.toString(customer + 1);
    return "C-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits;
  }

  /** The full number of a customer's test card, for files such as a card service exports. */
  String cardNumber(int customer) {
    return TestCards.number(dice(customer % made.length));
  }

  private Dice dice(int number) {
    return new Dice(seed * 0x9E37_79B9_7F4A_7C15L + number);
  }

  private Account make(int number) {
    Dice dice = dice(number);
    CardNumber card = CardNumber.of(TestCards.number(dice));
    Country country = dice.oneOf(Country.ALL);
    return new Account(
        customerId(number),
        name(country, dice),
        country,
        dice.oneOf(country.banks()),
        card.masked(),
        tokenizer.token(card),
        card.scheme(),
        iban(country, dice));
  }

  private static String name(Country country, Dice dice) {
    String first = dice.oneOf(country.firstNames());
    String last = dice.oneOf(country.lastNames());
    return country.lastNameFirst() ? last + " " + first : first + " " + last;
  }

  /** An account number with the right check digits in which no part reads as a card number. */
  static String iban(Country country, Dice dice) {
    while (true) {
      StringBuilder bban = new StringBuilder();
      for (char c : country.bban().toUpperCase(Locale.ROOT).toCharArray()) {
        bban.append((char) (c == 'A' ? 'A' + dice.below(26) : '0' + dice.below(10)));
      }
      String iban = Iban.of(country.ibanCountry(), bban.toString());
      if (!CardShapedText.isIn(iban)) {
        return iban;
      }
    }
  }
}
