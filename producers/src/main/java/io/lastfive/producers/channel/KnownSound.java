// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.channel;

import org.jspecify.annotations.Nullable;

/**
 * Remembers texts that passed a check, so that the same object (a merchant's name, a customer's
 * IBAN) is not read character by character for every payment: checking would take longer than
 * sending. Compares by identity and forgets when slots are taken, so it can only be wrong in asking
 * for a check too many; that is also why threads may share it without locks.
 */
public final class KnownSound {
  private static final int SLOTS = 1 << 14;

  private final @Nullable String[] slots = new String[SLOTS];

  @SuppressWarnings("ReferenceEquality") // Comparing the characters is what this saves.
  public boolean has(String text) {
    return slots[text.hashCode() & (SLOTS - 1)] == text;
  }

  public void add(String text) {
    slots[text.hashCode() & (SLOTS - 1)] = text;
  }
}
